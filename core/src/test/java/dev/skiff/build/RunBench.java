package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.ImageNotFoundException;
import dev.skiff.layer.LayerIndex;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.History;
import dev.skiff.run.Runner;
import dev.skiff.store.LinuxLayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A context, a store with an image {@code busybox} made of the host's, and builders that run commands. */
final class RunBench implements AutoCloseable {
    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "ls",
            "rm",
            "id",
            "mkdir",
            "chmod",
            "touch",
            "echo",
            "sleep",
            "env",
            "seq",
            "ln",
            "mv",
            "true",
            "false",
            "stat",
            "grep",
            "find",
            "wc",
            "hostname",
            "df",
            "rmdir",
            "readlink",
            "mount",
            "sort",
            "cp",
            "chown",
            "test",
            "mknod");

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final LinuxHost host = LinuxHost.open();
    private final Store store;
    private final Path context;
    private final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());

    RunBench(Path directory) throws IOException {
        store = Store.open(directory.resolve("home"), new LinuxLayerHost(() -> host), Runnable::run);
        context = Files.createDirectory(directory.resolve("context"));
        Path base = Files.createDirectories(directory.resolve("base/bin")).getParent();
        Files.copy(Path.of("/bin/busybox"), base.resolve("bin/busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(base.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.createDirectories(base.resolve("etc"));
        Files.writeString(
                base.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001:node:/home/node:/bin/sh\n");
        Files.writeString(base.resolve("etc/group"), "root:x:0:\nnode:x:1001:\nextra:x:2000:node\n");
        Files.writeString(base.resolve("Dockerfile"), "FROM scratch\nCOPY bin /bin\nCOPY etc /etc\n");
        builder().build(BuildRequest.of(base).plusTag(Reference.parse("busybox")));
    }

    Builder builder() {
        return new Builder(
                store,
                new LinuxLayerHost(() -> host),
                new Runner(store.home(), () -> host, executor),
                (reference, platform, pull) -> {
                    StoredImage image = store.images()
                            .find(reference)
                            .orElseThrow(() ->
                                    new ImageNotFoundException("no " + reference, reference.toString(), List.of()));
                    return new BaseImages.Found(image, false);
                },
                executor);
    }

    Store store() {
        return store;
    }

    Path context() {
        return context;
    }

    RunBench file(String path, String content) throws IOException {
        Path file = context.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    StoredImage build(String... lines) throws IOException {
        return build(UnaryOperator.identity(), lines);
    }

    StoredImage build(UnaryOperator<BuildRequest> options, String... lines) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
        events.clear();
        return builder().build(options.apply(BuildRequest.of(context).plusListener(events::add)));
    }

    StoredImage listening(Consumer<BuildEvent> listener, String... lines) throws IOException {
        return build(
                request -> request.plusListener(event -> {
                    events.add(event);
                    listener.accept(event);
                }),
                lines);
    }

    static StoredLayer top(StoredImage image) {
        return image.layers().get(image.layers().size() - 1);
    }

    /** What the last layer of an image has, deletions with a minus before them. */
    static List<String> paths(StoredImage image) {
        return paths(image, 0);
    }

    /** @param down how many layers are above it */
    static List<String> paths(StoredImage image, int down) {
        LayerIndex index = image.layers().get(image.layers().size() - 1 - down).index();
        return index.entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .map(entry -> (entry.isWhiteout() ? "- " : "") + entry.path())
                .toList();
    }

    String content(StoredImage image, String path) throws IOException {
        try (var tree = store.layers().files(top(image));
                var in = tree.read(RawPath.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The lines that commands of the last build have written. */
    List<String> output() {
        return List.copyOf(events).stream()
                .filter(BuildEvent.StepOutput.class::isInstance)
                .map(event -> ((BuildEvent.StepOutput) event).text())
                .toList();
    }

    /** How many steps of the last build were carried out and not found in the cache. */
    long carriedOut() {
        return List.copyOf(events).stream()
                .filter(BuildEvent.StepFinished.class::isInstance)
                .count();
    }

    static String history(StoredImage image) {
        List<History> history = image.config().history();
        return history.get(history.size() - 1).createdBy().orElse("");
    }

    @Override
    public void close() {
        store.close();
        host.removeTree(store.home()); // an ordinary user alone could not remove what users of containers have there
        host.close();
        executor.shutdownNow();
    }
}
