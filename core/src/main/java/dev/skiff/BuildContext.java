package dev.skiff;

import dev.skiff.build.context.ContextSource;
import dev.skiff.build.context.DirectorySource;
import dev.skiff.build.context.TarSource;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Files for {@code COPY}, {@code ADD} and bind mounts to take from: a directory, an archive, or what a program has made itself.
 * A value; nothing is read before a build needs it, and every build reads it anew.
 *
 * <pre>{@code
 * Images.build(BuildContext.tar(Path.of("source.tar.gz"))).await();
 * Images.build(BuildContext.files().file("Dockerfile", "FROM scratch\nCOPY hello /\n").file("hello", "Hello")).await();
 * Images.build(Path.of("service")).context("shared", BuildContext.directory(Path.of("../shared"))).await();
 * }</pre>
 *
 * <p>Whatever it is made of, its files are root's in the image, a {@code .dockerignore} at its root leaves out what matches (the
 * syntax is Docker's), and neither a name nor a link in it leads out of it.
 */
public sealed class BuildContext permits ContextFiles {
    private final ContextSource source;

    BuildContext(ContextSource source) {
        this.source = source;
    }

    /**
     * A directory, of the host or of any other {@link java.nio.file.FileSystem}. A file that changes while a build reads it fails
     * the build; sockets are left out.
     */
    public static BuildContext directory(Path directory) {
        return new BuildContext(new DirectorySource(Objects.requireNonNull(directory, "directory")));
    }

    /** A tar file, plain or packed with gzip, bzip2, xz or zstd; its first bytes tell, not its name. */
    public static BuildContext tar(Path archive) {
        Path file = archive.toAbsolutePath().normalize();
        return new BuildContext(new TarSource(file.toString(), () -> Files.newInputStream(file)));
    }

    /**
     * A tar from anywhere, plain or packed with gzip, bzip2, xz or zstd. It is read once, to its end, into a temporary file of the
     * store.
     *
     * @param archive opens it; called once by each build, which closes what it gets
     */
    public static BuildContext tar(Callable<? extends InputStream> archive) {
        return new BuildContext(new TarSource("from a stream", Objects.requireNonNull(archive, "archive")));
    }

    /** A context without files, for {@link ContextFiles#file} to add some. */
    public static ContextFiles files() {
        return ContextFiles.NONE;
    }

    ContextSource source() {
        return source;
    }

    /** Such as {@code build context /src/service}. */
    @Override
    public String toString() {
        return "build context " + source.label();
    }
}
