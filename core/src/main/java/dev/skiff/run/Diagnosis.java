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
import java.util.TreeSet;
import java.util.concurrent.CompletionException;

/**
 * What a host offers, found out by trying: a container is made, with everything that one has but a program. What is said of a
 * host that way is true, where settings and versions would only make it likely.
 */
public final class Diagnosis {
    private static final KernelVersion OLDEST = new KernelVersion(5, 14);
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
    private static final String NO_PROGRAM = "/.skiff/no-such-program";
    private static final Set<String> EXPECTED = Set.of("cpu", "memory", "pids");
    private static final String NOTHING_TO_DO = "";

    private Diagnosis() {}

    /** A report about a host that could be opened. */
    static HostReport of(Runner runner, LinuxHost host) {
        List<HostCheck> checks = system();
        if (!host.rootless()) {
            checks.add(good("rights", "root"));
        } else {
            checks.add(good("user namespaces", "can be made by this user"));
            checks.add(
                    host.manyIds()
                            ? good("subordinate ids", "lent to this user by /etc/subuid and /etc/subgid")
                            : new HostCheck(
                                    "subordinate ids",
                                    HostCheck.Result.REDUCED,
                                    "this user has a single id, so all files of a container belong to one user",
                                    "add a line such as \"" + System.getProperty("user.name", "me")
                                            + ":100000:65536\" to /etc/subuid and to /etc/subgid, and install newuidmap"
                                            + " (package uidmap)"));
        }
        checks.addAll(runner.tryOut(host));
        checks.add(limits(host));
        return new HostReport(checks);
    }

    private static HostCheck limits(LinuxHost host) {
        Set<String> missing = new TreeSet<>(EXPECTED);
        missing.removeAll(host.controllers());
        if (missing.isEmpty() && host.pauses()) {
            return good("limits", String.join(", ", host.controllers()));
        }
        return new HostCheck(
                "limits",
                HostCheck.Result.REDUCED,
                host.controllers().isEmpty()
                        ? "no control group is ours to make: nothing that a container uses can be limited or counted"
                        : "control groups have " + String.join(", ", host.controllers()) + " but not "
                                + String.join(", ", missing),
                host.rootless()
                        ? "run the JVM where control groups are delegated, such as by"
                                + " \"systemd-run --user --scope -p Delegate=yes\", on a host with cgroup version 2"
                        : "mount the control groups of this host so that they can be written to");
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
                        ? good("Linux " + OLDEST + " or newer", release)
                        : new HostCheck(
                                "Linux " + OLDEST + " or newer",
                                HostCheck.Result.MISSING,
                                "this is " + name + " " + release,
                                "run this on a machine, or in a virtual one, with such a kernel"));
        String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        checks.add(
                PROCESSORS.contains(processor)
                        ? good("processor", processor)
                        : new HostCheck(
                                "processor",
                                HostCheck.Result.MISSING,
                                "this is " + processor,
                                "Skiff runs on x86_64 and aarch64"));
        return checks;
    }

    /** Makes a container that has no program to execute, and says how far that went. */
    static List<HostCheck> tryOut(LinuxHost host, Path mountPoints, ContainerDirectory directory) throws IOException {
        ContainerRequest request = new ContainerRequest(
                "diagnosis",
                host.defaults().spec(List.of(NO_PROGRAM), false).withHostname("diagnosis"),
                directory.root(mountPoints, List.of(), Optional.empty(), directory.layer()),
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
                good("namespaces", "a container has been made, and removed"),
                good("overlayfs", "mounted in it"),
                good("seccomp", "its filter was taken"));
    }

    private static HostCheck failed(CompletionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof SyscallException && message.contains("overlay")) {
            return missing("overlayfs", cause);
        }
        return missing(message.contains("seccomp") ? "seccomp" : "namespaces", cause);
    }

    private static HostCheck good(String feature, String found) {
        return new HostCheck(feature, HostCheck.Result.GOOD, found, NOTHING_TO_DO);
    }

    /** What the kernel refused comes with its remedy in the message. */
    private static HostCheck missing(String feature, Throwable failure) {
        return new HostCheck(feature, HostCheck.Result.MISSING, String.valueOf(failure.getMessage()), NOTHING_TO_DO);
    }
}
