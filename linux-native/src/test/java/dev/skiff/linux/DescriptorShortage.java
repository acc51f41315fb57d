package dev.skiff.linux;

import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.Spec;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM that does something with no descriptor left, with one, and so on until it works, so that each that it needs is missing once: run
 * by a test as a program. Of each attempt it says what came of it, by its first word: {@code ok}, {@code failed} or {@code bad};
 * and {@code left}, if anything stays.
 */
final class DescriptorShortage {
    private static final int WORKS = 3; // times, for the last that it needs may be another thread's
    private static final int SECONDS = 30;

    private final Deque<InputStream> taken = new ArrayDeque<>();

    private DescriptorShortage() {}

    private interface Attempt {
        void run() throws Exception;
    }

    /**
     * Does it.
     *
     * @param args what; a directory; and a socket of somebody who answers for filters
     */
    public static void main(String[] args) throws Exception {
        loadClasses();
        DescriptorShortage shortage = new DescriptorShortage();
        switch (args[0]) {
            case "spawn" -> shortage.spawn();
            case "open" -> shortage.open();
            case "start" -> shortage.start(Path.of(args[1]), args[2]);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** A class is read from a file: those that only a failure needs could not be, without a descriptor. */
    private static void loadClasses() throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path top = Path.of(entry);
            if (Files.isDirectory(top)) {
                try (Stream<Path> files = Files.walk(top)) {
                    files.map(file -> top.relativize(file).toString())
                            .filter(name -> name.startsWith("dev/") && name.endsWith(".class"))
                            .forEach(DescriptorShortage::load);
                }
            }
        }
    }

    private static void load(String file) {
        try {
            String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
            Class.forName(name, false, DescriptorShortage.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return; // a test's, of what is not on this class path
        }
    }

    private void spawn() throws Exception {
        RootAgent.spawn().close();
        untilItWorks(() -> {}, () -> RootAgent.spawn().close());
    }

    private void open() throws Exception {
        boolean devices;
        try (LinuxHost host = LinuxHost.open()) {
            devices = host.limitsDevices();
        }
        untilItWorks(() -> {}, () -> {
            try (LinuxHost host = LinuxHost.open()) {
                if (host.limitsDevices() != devices) {
                    throw new AssertionError("what the host can do depends on how many descriptors are left");
                }
            }
        });
    }

    /** Without a container before: the first one of a JVM makes what all of them share. */
    private void start(Path base, String listener) throws Exception {
        try (TestContainers containers = new TestContainers(base)) {
            Spec plain = containers.spec("true");
            Spec spec = plain.withLinux(plain.linux().orElseThrow().withSeccomp(asking(listener)));
            List<PublishedPort> ports =
                    List.of(new PublishedPort(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 80));
            ContainerRequest[] next = new ContainerRequest[1];
            untilItWorks(() -> next[0] = containers.request(spec, ports), () -> {
                try (LinuxContainer container = containers.host.start(next[0])) {
                    container.started().get(SECONDS, TimeUnit.SECONDS);
                    container.exited().get(SECONDS, TimeUnit.SECONDS);
                }
            });
        }
    }

    private static Seccomp asking(String listener) {
        String rules = "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"listenerPath\":\"" + listener
                + "\",\"syscalls\":[{\"names\":[\"mkdir\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}";
        return Json.read(rules.getBytes(StandardCharsets.UTF_8), Seccomp.class);
    }

    private void untilItWorks(Attempt prepare, Attempt attempt) throws Exception {
        HostState before = quiet();
        int works = 0;
        for (int free = 0; works < WORKS; free++) {
            prepare.run();
            takeAllBut(free);
            String said = outcome(attempt);
            giveBack();
            System.out.println(said + " [with " + free + " free]");
            works += said.equals("ok") ? 1 : 0;
            HostState after = quiet();
            if (!after.equals(before)) {
                System.out.println("left with " + free + " free: " + after + " after " + before);
                before = after;
            }
        }
    }

    /** Without what hears the supervisors of all containers, which the first one makes and nobody closes. */
    private static HostState quiet() throws IOException {
        HostState now = HostState.quiet();
        Set<String> descriptors = new TreeSet<>(now.descriptors());
        descriptors.removeIf(each -> each.endsWith("[eventpoll]"));
        return new HostState(now.mounts(), now.groups(), now.interfaces(), descriptors, now.processes());
    }

    private void takeAllBut(int free) throws IOException {
        try {
            while (true) {
                taken.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) { // EMFILE
            for (int i = 0; i < free; i++) {
                taken.pop().close();
            }
        }
    }

    private void giveBack() throws IOException {
        while (!taken.isEmpty()) {
            taken.pop().close();
        }
    }

    private static String outcome(Attempt attempt) {
        try {
            attempt.run();
            return "ok";
        } catch (ExecutionException e) {
            return said(e.getCause());
        } catch (Exception | Error e) {
            return said(e);
        }
    }

    private static String said(Throwable failure) {
        StringBuilder all = new StringBuilder(failure instanceof RuntimeException ? "failed" : "bad");
        for (Throwable each = failure; each != null; each = each.getCause()) {
            all.append(" <- ").append(each);
        }
        return all.toString().replace('\n', ' ');
    }
}
