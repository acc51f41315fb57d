package dev.skiff.build.context;

import dev.skiff.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory of the host, or of another {@link java.nio.file.FileSystem}.
 *
 * @param directory absolute
 */
public record DirectorySource(Path directory) implements ContextSource {
    public DirectorySource {
        directory = directory.toAbsolutePath().normalize();
    }

    @Override
    public RawContext open(Workplace workplace) {
        Problems problems = new Problems(label());
        if (!Files.exists(directory)) {
            throw problems.whole("is not there");
        } else if (!Files.isDirectory(directory)) {
            throw problems.whole("is no directory");
        }
        return new HostTree(directory, digests(workplace));
    }

    /** Only the host's own file systems tell of every change by a file's stamp. */
    private FileDigests digests(Workplace workplace) {
        if (!directory.getFileSystem().equals(FileSystems.getDefault())) {
            return FileDigests.ofOneBuild();
        }
        Digest name = Digest.sha256(label().getBytes(StandardCharsets.UTF_8));
        return FileDigests.load(workplace.memory().resolve(name.hex()));
    }

    @Override
    public String label() {
        return directory.toString();
    }
}
