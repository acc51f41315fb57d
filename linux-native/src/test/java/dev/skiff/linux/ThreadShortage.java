package dev.skiff.linux;

import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A JVM that starts a container with hooks twice, and between says {@code ready} and reads a byte: by then it may be able to make no
 * thread. It says what came of it, and reads another byte before it tidies up. Run by a test as a program.
 */
final class ThreadShortage {
    private static final int SECONDS = 30;

    private ThreadShortage() {}

    /**
     * Does it.
     *
     * @param args a directory, and the kind of the hook beside the last one
     */
    public static void main(String[] args) throws Exception {
        List<Hook> nothing = List.of(Hook.of("/bin/true"));
        Hooks last = Hooks.none().withPoststop(nothing);
        Hooks hooks = args[1].equals("createRuntime") ? last.withCreateRuntime(nothing) : last.withPoststart(nothing);
        try (TestContainers containers = new TestContainers(Path.of(args[0]))) {
            Spec spec = containers.spec("exec sleep 1000").withHooks(hooks);
            try (LinuxContainer before = containers.host.start(containers.request(spec, List.of()))) {
                before.started().get(SECONDS, TimeUnit.SECONDS);
            }
            ContainerRequest request = containers.request(spec, List.of());
            keepWhatIsLeftOfThreads();
            ready();
            LinuxContainer container = containers.host.start(request);
            String started = end(container.started());
            String gone = end(container.gone());
            while (!HostState.supervisors().isEmpty()) {
                Spin.once();
            }
            System.out.println("started: " + started);
            System.out.println("gone: " + gone);
            ready();
            containers.host.forget(request.id());
        }
    }

    /** The C library keeps the stack of the last thread that has ended, for the next one. */
    private static void keepWhatIsLeftOfThreads() throws IOException {
        while (threads().anyMatch(name -> name.startsWith("skiff-") && !name.equals("skiff-events"))) {
            Spin.once();
        }
        Thread thread = new Thread(LockSupport::park, "last");
        thread.setDaemon(true);
        thread.start();
    }

    private static Stream<String> threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks
                    .map(task -> TestContainers.name(
                            Long.parseLong(task.getFileName().toString())))
                    .toList()
                    .stream();
        }
    }

    private static void ready() throws IOException {
        System.out.println("ready");
        System.in.read();
    }

    private static String end(CompletableFuture<?> future) throws Exception {
        try {
            future.get(SECONDS, TimeUnit.SECONDS);
            return "fine";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        }
    }
}
