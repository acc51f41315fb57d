package dev.skiff.linux.testing;

import dev.skiff.linux.LinuxHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Decides whether a {@link KernelTest} can run here. */
final class KernelCondition implements ExecutionCondition {
    private static final String FOR_ROOT = "this test is about root, and has no meaning for an ordinary user";
    private static final boolean CI = "true".equals(System.getenv("CI"));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing = context.getElement()
                .flatMap(element -> AnnotationSupport.findAnnotation(element, KernelTest.class))
                .flatMap(KernelCondition::missing);
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("the kernel has all that it needs");
        }
        if (CI && !missing.get().equals(FOR_ROOT)) { // CI runs all tests as root too, so those are not lost
            throw new AssertionError("in CI no kernel test may be skipped, but " + missing.get());
        }
        return ConditionEvaluationResult.disabled("skipped: " + missing.get());
    }

    private static Optional<String> missing(KernelTest test) {
        if (Host.PROBLEM.isPresent()) {
            return Host.PROBLEM;
        }
        if (test.root() && Host.ROOTLESS) {
            return Optional.of(FOR_ROOT);
        }
        for (String program : test.programs()) {
            if (!Files.isExecutable(Path.of(program))) {
                return Optional.of(program + " is not there; .ci/run installs what the tests need");
            }
        }
        for (String device : test.devices()) {
            if (!Files.isReadable(Path.of(device)) || !Files.isWritable(Path.of(device))) {
                return Optional.of(device + " cannot be opened by this user; .ci/run sees to that");
            }
        }
        return Optional.empty();
    }

    /** Asked once for all tests. */
    private static final class Host {
        static final Optional<String> PROBLEM;
        static final boolean ROOTLESS;

        static {
            Optional<String> problem = Optional.empty();
            boolean rootless = false;
            try (LinuxHost host = LinuxHost.open()) {
                rootless = host.rootless();
            } catch (RuntimeException | LinkageError e) {
                problem = Optional.of("this host gives no containers: " + e.getMessage());
            }
            PROBLEM = problem;
            ROOTLESS = rootless;
        }
    }
}
