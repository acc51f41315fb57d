package dev.skiff.run;

import dev.skiff.HostCheck;
import dev.skiff.HostReport;
import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.ExecException;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.KernelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * What a host offers, found out by trying: a container is made, with everything that one has but a program. What is said of a
 * host that way is true, where settings and versions would only make it likely. What a container can do without is told by
 * {@link HostChecks}.
 */
public final class Diagnosis {
    static final String DELEGATE = "run the JVM where control groups are delegated, such as by"
            + " \"systemd-run --user --scope -p Delegate=yes\", on a host with cgroup version 2";
    static final String MOUNT_GROUPS = "mount the control groups of this host so that they can be written to";
    static final String COUNT_SWAP = "boot the kernel with swapaccount=1";

    private static final KernelVersion OLDEST = new KernelVersion(5, 14);
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
    private static final String NO_PROGRAM = "/.skiff/no-such-program";

    private Diagnosis() {}

    /** A report about a host that could be opened. */
    static HostReport of(Runner runner, LinuxHost host) {
        List<HostCheck> checks = system();
        HostChecks told = new HostChecks(HostTraits.of(host));
        checks.addAll(told.user());
        checks.addAll(told.namespaces());
        List<HostCheck> tried = runner.placeProblem().map(List::of).orElseGet(() -> runner.tryOut(host));
        checks.addAll(tried);
        checks.addAll(told.others(tried.stream().allMatch(check -> check.result() == HostCheck.Result.GOOD)));
        host.idsProblem()
                .ifPresent(problem -> checks.add(new HostCheck(
                        "ids that are lent",
                        HostCheck.Result.REDUCED,
                        problem,
                        "see that they are there: inside of a container, only those that it has itself are")));
        if (host.rootless()) {
            checks.add(NetworkChoice.check());
        }
        return new HostReport(checks);
    }

    /** A report about a host that could not. */
    public static HostReport of(Throwable failure) {
        List<HostCheck> checks = system();
        if (checks.stream().allMatch(check -> check.result() == HostCheck.Result.GOOD)) {
            checks.add(missing("user namespaces", failure));
        }
        return new HostReport(checks);
    }

    private static List<HostCheck> system() {
        List<HostCheck> checks = new ArrayList<>();
        String name = System.getProperty("os.name", "");
        String release = System.getProperty("os.version", "");
        boolean enough = name.equals("Linux") && KernelVersion.host().isAtLeast(OLDEST);
        checks.add(
                enough
                        ? HostChecks.good("Linux " + OLDEST + " or newer", release)
                        : HostChecks.missing(
                                "Linux " + OLDEST + " or newer",
                                "this is " + name + " " + release,
                                "run this on a machine, or in a virtual one, with such a kernel"));
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        checks.add(
                PROCESSORS.contains(processor)
                        ? HostChecks.good("processor", processor)
                        : HostChecks.missing("processor", "this is " + processor, "Skiff runs on x86_64 and aarch64"));
        return checks;
    }

    /** Makes a container that has no program to execute, and says how far that went. */
    static List<HostCheck> tryOut(LinuxHost host, Path mountPoints, ContainerDirectory directory) throws IOException {
        ContainerRequest request = new ContainerRequest(
                "diagnosis",
                host.defaults().spec(List.of(NO_PROGRAM), false).withHostname("diagnosis"),
                directory.root(mountPoints, List.of(), Optional.empty(), directory.layer(), false),
                directory.path(),
                List.of(),
                LogLimits.DEFAULT,
                false);
        try (LinuxContainer container = host.start(request)) {
            container.started().join();
            throw new AssertionError("there is no such program");
        } catch (CompletionException e) {
            return e.getCause() instanceof ExecException ? allGood() : List.of(failed(e));
        }
    }

    private static List<HostCheck> allGood() {
        return List.of(
                HostChecks.good("namespaces", "a container has been made, and removed"),
                HostChecks.good("overlayfs", "mounted in it"));
    }

    private static HostCheck failed(CompletionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof SyscallException && message.contains("overlay")) {
            return missing("overlayfs", cause);
        }
        return missing(message.contains("seccomp") ? "seccomp" : "namespaces", cause);
    }

    /** What the kernel refused comes with its remedy in the message. */
    private static HostCheck missing(String feature, Throwable failure) {
        return HostChecks.missing(feature, String.valueOf(failure.getMessage()), "");
    }
}
