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

    Process process() {
        return spec.process().orElseThrow(() -> new IllegalArgumentException("config.json has no process"));
    }

    RootFilesystem root() {
        Path path = home.resolve(spec.root()
                .orElseThrow(() -> new IllegalArgumentException("config.json has no root"))
                .path());
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("root.path " + path + " must be a directory, and no link to one");
        }
        return new RootFilesystem.Directory(path.normalize());
    }
}
