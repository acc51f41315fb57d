package dev.skiff.linux.testing;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.PublishedPort;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.Uplink;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Runs commands in containers over one busybox root, and keeps what they said. */
public final class TestContainers implements AutoCloseable {
    private static final int SECONDS = 30;
    private static final AtomicInteger SERIAL = new AtomicInteger();

    public final LinuxHost host = LinuxHost.open();
    private final Path base;
    private final Path root;
    private int count;

    public TestContainers(Path base) throws IOException {
        this.base = base;
        this.root = BusyboxRoot.in(base.resolve("root"));
    }

    /** What a container's end was, and what it said. */
    public record Result(ContainerExit exit, String stdout, String stderr) {
        public List<String> lines() {
            return stdout.lines().toList();
        }

        /** What follows that key in output of the kind {@code Key: value}. */
        public String value(String key) {
            return stdout.lines()
                    .filter(line -> line.startsWith(key + ":"))
                    .map(line -> line.substring(key.length() + 1).trim())
                    .findFirst()
                    .orElse("");
        }
    }

    /** The root that all containers share, to be changed before they start. */
    public Path root() {
        return root;
    }

    public Spec spec(String script) {
        return host.defaults().spec(List.of("/bin/sh", "-c", script), false).withHostname("box");
    }

    public Result run(String script) throws Exception {
        return run(spec(script));
    }

    public Result run(Spec spec) throws Exception {
        return run(request(spec, List.of()));
    }

    public Result run(ContainerRequest request) throws Exception {
        try (LinuxContainer container = host.start(request)) {
            try {
                container.started().get(SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
            ContainerExit exit = container.exited().get(SECONDS, TimeUnit.SECONDS);
            return new Result(exit, output(request, "stdout"), output(request, "stderr"));
        }
    }

    /** A request for a container over the shared root, with directories of its own. */
    public ContainerRequest request(Spec spec, List<PublishedPort> ports) throws IOException {
        return request(spec, ports, LogLimits.DEFAULT, false);
    }

    /** One with a way out of its network. */
    public ContainerRequest request(Spec spec, List<PublishedPort> ports, Uplink uplink) throws IOException {
        ContainerRequest plain = request(spec, ports);
        return new ContainerRequest(
                plain.id(),
                spec,
                plain.root(),
                plain.directory(),
                ports,
                plain.log(),
                plain.keepExit(),
                List.of(),
                Optional.of(uplink));
    }

    public ContainerRequest request(Spec spec, List<PublishedPort> ports, LogLimits log, boolean keepExit)
            throws IOException {
        Path directory = Files.createDirectories(base.resolve("c" + count++));
        RootFilesystem overlay = new RootFilesystem.Overlay(
                List.of(root),
                Files.createDirectory(directory.resolve("upper")),
                Files.createDirectory(directory.resolve("work")),
                Files.createDirectory(directory.resolve("rootfs")));
        return new ContainerRequest(
                "test-" + ProcessHandle.current().pid() + "-" + SERIAL.incrementAndGet(),
                spec,
                overlay,
                directory,
                ports,
                log,
                keepExit);
    }

    /** What the log of a container has of one stream, pieces of lines joined. */
    public static String output(ContainerRequest request, String stream) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(request.directory().resolve("log.0"), StandardCharsets.ISO_8859_1)) {
            List<String> parts = List.of(line.split(" ", 4));
            if (parts.get(1).equals(stream)) {
                text.append(parts.get(3)).append(parts.get(2).equals("F") ? "\n" : "");
            }
        }
        return text.toString();
    }

    /** Processes of this host whose command line holds that text. */
    public static List<Long> processes(String commandPart) {
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process.pid()).contains(commandPart))
                .map(ProcessHandle::pid)
                .collect(Collectors.toList());
    }

    private static String commandLine(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // gone meanwhile
        }
    }

    /** What that process calls itself; empty when it is gone. */
    public static String name(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).trim();
        } catch (IOException e) {
            return "";
        }
    }

    /** Whoever owns what is in there: of an ordinary user's containers that is not always this user. */
    public void remove(Path directory) {
        host.removeTree(directory);
    }

    @Override
    public void close() {
        remove(base);
        host.close();
    }
}
