package dev.skiff.run;

import dev.skiff.ExecResult;
import dev.skiff.OperationTimeoutException;
import dev.skiff.StartException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Runs a command in a container, and looks how it ends. */
final class ExecProbe implements Readiness.Probe {
    private final RunningContainer container;
    private final List<String> argv;

    ExecProbe(RunningContainer container, List<String> argv) {
        this.container = container;
        this.argv = argv;
    }

    @Override
    public Optional<String> look(Duration limit) {
        try {
            ExecResult result = container.exec(argv.toArray(String[]::new)).await(limit);
            return result.success()
                    ? Optional.empty()
                    : Optional.of(argv.get(0) + " " + result.status().inWords());
        } catch (OperationTimeoutException e) {
            return Optional.of(argv.get(0) + " did not end");
        } catch (StartException e) {
            return Optional.of(
                    String.valueOf(e.getMessage())); // the container may just have ended, which its caller sees
        }
    }
}
