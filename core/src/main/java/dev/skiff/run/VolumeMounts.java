package dev.skiff.run;

import dev.skiff.Mount;
import dev.skiff.layer.Links;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.TreeEntry;
import dev.skiff.volume.StoredVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Gets the volumes of a container ready: kept from being removed, and filled with what the image has in their place. */
final class VolumeMounts {
    private final LinuxHost kernel;
    private final Path mountPoints;
    private final RootImage image;
    private final ContainerDirectory directory;

    VolumeMounts(LinuxHost kernel, Path mountPoints, RootImage image, ContainerDirectory directory) {
        this.kernel = kernel;
        this.mountPoints = mountPoints;
        this.image = image;
        this.directory = directory;
    }

    /** Before the container is started. */
    void prepare(List<Mount> mounts) throws IOException, InterruptedException {
        for (Mount mount : mounts) {
            if (mount.volume().isPresent() && mount.volume().get() instanceof StoredVolume volume) {
                directory.hold(volume.use(data -> fill(data, mount.destination())));
            }
        }
    }

    /** Where an image's path leads is found out inside the image (CVE-2022-23648). */
    private boolean fill(Path data, String destination) throws IOException {
        if (image.layers().isEmpty()) {
            return false;
        }
        List<Path> lowers = new ArrayList<>(List.of(mountPoints));
        lowers.addAll(image.layers());
        Path point = Files.createTempDirectory(directory.path(), "view");
        try (FileTree from = kernel.tree(new RootFilesystem.View(lowers, point));
                FileTree to = kernel.tree(data)) {
            Optional<TreeEntry> source = Links.follow(
                            RawPath.of(destination), at -> from.stat(at).flatMap(TreeEntry::linkTarget))
                    .flatMap(from::stat)
                    .filter(found -> found.metadata().isDirectory());
            if (source.isPresent()) {
                new TreeCopy(from, to, UnaryOperator.identity()).copy(source.get(), RawPath.ROOT);
                to.setMetadata(RawPath.ROOT, source.get().metadata());
                to.sync();
            }
            return source.isPresent();
        } finally {
            Files.delete(point);
        }
    }
}
