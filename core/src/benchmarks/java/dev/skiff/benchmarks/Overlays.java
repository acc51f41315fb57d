package dev.skiff.benchmarks;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Containers over one root, each with a directory and an overlay of its own, as Skiff starts them. */
final class Overlays {
    private final Path work;
    private final Path root;
    private int count;

    Overlays(Path work, Path root) {
        this.work = work;
        this.root = root;
    }

    /** The next container; its directory is made. */
    ContainerRequest next(Spec spec) throws IOException {
        int number = count++;
        Path directory = Files.createDirectory(work.resolve("c" + number));
        RootFilesystem overlay = new RootFilesystem.Overlay(
                List.of(root),
                Files.createDirectory(directory.resolve("upper")),
                Files.createDirectory(directory.resolve("work")),
                Files.createDirectory(directory.resolve("rootfs")));
        return new ContainerRequest(
                "bench-" + number, spec, overlay, directory, List.of(), LogLimits.DEFAULT, false);
    }
}
