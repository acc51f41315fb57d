package dev.skiff.build;

import dev.skiff.BuildContextException;
import dev.skiff.DockerfileException;
import dev.skiff.build.context.RawContext;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.dockerfile.Source;
import dev.skiff.layer.Links;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads the texts that steer a build. They are regular files: a FIFO would keep the build waiting for whoever is to write into
 * it. Of a longer file than any text may be, as much is read as shows that.
 */
final class SmallFiles {
    private SmallFiles() {}

    /** A file of the host, or where it is a link what that leads to; none if there is nothing. */
    static Optional<byte[]> read(Path file) throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        } else if (!Files.isRegularFile(file)) {
            throw unusable(file, file + " is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(Source.MAX_BYTES + 1));
        } catch (AccessDeniedException denied) {
            throw unusable(file, "read " + file + ": permission denied");
        }
    }

    private static DockerfileException unusable(Path file, String problem) {
        return new DockerfileException(file.getFileName().toString(), 1, 1, "", "", problem);
    }

    /** A file of a context; its links lead to other files of the context, and nowhere else. */
    static Optional<byte[]> read(RawContext context, String path) throws IOException {
        RawPath named = FileSteps.raw(path);
        if (context.find(Links.followParent(named, at -> target(context, at)).orElse(named))
                .isEmpty()) {
            return Optional.empty();
        }
        SourceFile file = Links.follow(named, at -> target(context, at))
                .flatMap(context::find)
                .filter(found -> found.metadata().isRegular())
                .orElseThrow(() -> new BuildContextException(
                        context.label(),
                        named.toString(),
                        "/" + named + " of the build context " + context.label()
                                + " is no regular file of it, nor a link to one"));
        try (InputStream in = context.open(file)) {
            return Optional.of(in.readNBytes(Source.MAX_BYTES + 1));
        }
    }

    private static Optional<byte[]> target(RawContext context, RawPath path) {
        return context.find(path).flatMap(SourceFile::linkTarget);
    }
}
