package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.ImageNotFoundException;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.run.Runner;
import dev.skiff.store.LinuxLayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** A store on the kernel with an image {@code busybox}, made of the host's own, and a context to build from. */
final class BusyboxBench implements AutoCloseable {
    private static final List<String> APPLETS =
            List.of("sh", "cat", "ls", "rm", "mkdir", "chmod", "touch", "echo", "env", "nc", "true", "date", "stat");

    private final Path home;
    private final Path context;
    private final LinuxHost host;
    private final Store store;
    private final Executor executor;
    private final List<BuildEvent> events = new CopyOnWriteArrayList<>();

    BusyboxBench(Path directory, Executor executor) throws IOException {
        this.home = directory.resolve("home");
        this.executor = executor;
        this.host = LinuxHost.open();
        this.store = Store.open(home, new LinuxLayerHost(() -> host), executor);
        this.context = Files.createDirectories(directory.resolve("context"));
        Path base = Files.createDirectories(directory.resolve("base"));
        Files.createDirectory(base.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), base.resolve("bin/busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(base.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.writeString(base.resolve("Dockerfile"), "FROM scratch\nCOPY bin /bin\n");
        builder().build(BuildRequest.of(base).plusTag(Reference.parse("busybox")));
    }

    Builder builder() {
        return new Builder(
                store,
                new LinuxLayerHost(() -> host),
                new Runner(store.home(), () -> host, executor),
                this::image,
                executor);
    }

    private BaseImages.Found image(Reference reference, Platform platform, boolean pull) {
        StoredImage image = store.images()
                .find(reference)
                .orElseThrow(() -> new ImageNotFoundException("no " + reference, reference.toString(), List.of()));
        return new BaseImages.Found(image, false);
    }

    BusyboxBench file(String path, String content) throws IOException {
        Path file = context.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    /** A request to build these lines, whose events are kept. */
    BuildRequest request(String... lines) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
        events.clear();
        return BuildRequest.of(context).plusListener(events::add);
    }

    StoredImage build(String... lines) throws IOException {
        return builder().build(request(lines));
    }

    List<BuildEvent> events() {
        return events;
    }

    List<String> output() {
        return events.stream()
                .filter(BuildEvent.StepOutput.class::isInstance)
                .map(event -> ((BuildEvent.StepOutput) event).text())
                .toList();
    }

    static StoredLayer top(StoredImage image) {
        return image.layers().get(image.layers().size() - 1);
    }

    String content(StoredLayer layer, String path) throws IOException {
        try (var tree = store.layers().files(layer);
                InputStream in = tree.read(RawPath.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What is in the store that a build may have left. */
    List<String> files() throws IOException {
        return files("layers", "containers", "tmp", "cache/steps", "oci");
    }

    /** What a build leaves only if it does not clean up. */
    List<String> unfinished() throws IOException {
        return files("containers", "tmp");
    }

    private List<String> files(String... parts) throws IOException {
        List<String> found = new ArrayList<>();
        for (String part : parts) {
            try (Stream<Path> files = Files.walk(home.resolve(part), part.equals("layers") ? 1 : 3)) {
                files.map(file -> home.relativize(file).toString()).sorted().forEach(found::add);
            }
        }
        return found;
    }

    @Override
    public void close() {
        store.close();
        host.close();
    }
}
