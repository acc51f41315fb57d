package dev.skiff.linux;

import dev.skiff.linux.container.MountKinds;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory that a container is made from: bundle.md.
 *
 * @param home absolute
 * @param spec its {@code config.json}, in which no path is relative to anything but the container's root
 */
record OciBundle(Path home, Spec spec) {
    static OciBundle read(Path bundle) {
        Path home = bundle.toAbsolutePath().normalize();
        Path config = home.resolve("config.json");
        try (InputStream in = Files.newInputStream(config)) {
            return new OciBundle(home, withSources(home, Json.read(in, Spec.class)));
        } catch (IOException e) {
            throw new UncheckedIOException("read the configuration " + config + " of the bundle", e);
        }
    }

    /** Paths of binds are relative to the bundle (config.md, "Mounts"). */
    private static Spec withSources(Path home, Spec spec) {
        return spec.withMounts(spec.mounts().stream()
                .map(mount -> MountKinds.isBind(mount) ? within(home, mount) : mount)
                .toList());
    }

    private static Mount within(Path home, Mount mount) {
        return mount.source()
                .map(source -> mount.withSource(home.resolve(source).toString()))
                .orElse(mount);
    }

    /**
     * What is created of its process, which may be missing until the container is started (runtime.md, "Create"): something that is
     * never run stands in for it then, for a name with a slash is not looked for before it is executed.
     */
    Process process() {
        return spec.process().orElseGet(() -> Process.of(List.of("./nothing")));
    }

    RootFilesystem.Directory root() {
        Path path = rootOf(home, spec);
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("root.path " + path + " must be a directory, and no link to one");
        }
        return new RootFilesystem.Directory(path.normalize());
    }

    /** Where the files of a container are that was made from a bundle. */
    static Path rootOf(Path home, Spec spec) {
        return home.resolve(spec.root()
                .orElseThrow(() -> new IllegalArgumentException("config.json has no root"))
                .path());
    }
}
