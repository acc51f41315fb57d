package dev.skiff.samples.runtime;

import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.ContainerStats;
import dev.skiff.linux.OciRuntime;
import dev.skiff.oci.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells what a container uses. */
@Command(name = "events", description = "Prints what a container uses as JSON, again and again until it ends.")
final class Events extends ContainerCommand {
    @Option(names = "--stats", description = "once, and no more")
    private boolean once;

    @Option(names = "--interval", description = "how long to wait in between (default: ${DEFAULT-VALUE})")
    private String interval = "5s";

    private long oomKills;

    @Override
    int run(OciRuntime open) {
        Duration pause = pause(interval);
        tell(open);
        try {
            while (!once) {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                tell(open);
            }
        } catch (ContainerStateException e) {
            return 0; // it has ended, or is gone: so is what there was to tell
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void tell(OciRuntime open) {
        ContainerStats stats = open.stats(id);
        System.out.println(new String(Json.write(UsageEvent.of(id, stats)), StandardCharsets.UTF_8));
        long kills = stats.memory().map(ContainerStats.Memory::oomKills).orElse(0L);
        if (kills > oomKills) {
            System.out.println("{\"type\":\"oom\",\"id\":\"" + id + "\"}");
            oomKills = kills;
        }
    }

    /** As Go writes it: {@code 300ms}, {@code 5s}, {@code 1m30s}. */
    private static Duration pause(String text) {
        try {
            Duration duration = text.endsWith("ms")
                    ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
                    : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("--interval must be more than nothing, got \"" + text + "\"");
            }
            return duration;
        } catch (java.time.format.DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException("--interval is a time such as 300ms or 5s, not \"" + text + "\"", e);
        }
    }
}
