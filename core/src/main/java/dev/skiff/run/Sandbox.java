package dev.skiff.run;

import dev.skiff.linux.MemoryFile;
import dev.skiff.oci.runtime.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the container of a build's step has that no other has.
 *
 * @param hostname the same in every build, for some commands write it down
 * @param mounts in this order, after all others
 * @param files of secrets and scripts
 * @param mountPoints a layer on top of the image's that has an empty place for each of these, so that none ends in the step's own
 */
public record Sandbox(String hostname, List<Mount> mounts, List<MemoryFile> files, Optional<Path> mountPoints) {
    public Sandbox {
        mounts = List.copyOf(mounts);
        files = List.copyOf(files);
    }
}
