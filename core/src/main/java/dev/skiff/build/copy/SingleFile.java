package dev.skiff.build.copy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A source that is one file by itself: a heredoc, or what a URL gave. */
public final class SingleFile implements SourceTree {
    private static final int HEREDOC = 0644;
    private static final int DOWNLOAD = 0600;

    private final SourceFile file;
    private final Content content;
    private final Digest digest;

    @FunctionalInterface
    private interface Content {
        InputStream open() throws IOException;
    }

    private SingleFile(SourceFile file, Content content, Digest digest) {
        this.file = file;
        this.content = content;
        this.digest = digest;
    }

    /**
     * The file that a heredoc makes: root's, mode 0644.
     *
     * @param time when it is written, which is now
     */
    public static Selection heredoc(RawPath name, byte[] content, Instant time) {
        FileMetadata metadata = FileMetadata.regular(HEREDOC, content.length);
        return selection(name, metadata, time, () -> new ByteArrayInputStream(content), Digest.sha256(content));
    }

    /**
     * What was fetched: root's, mode 0600.
     *
     * @param time its {@code Last-Modified}
     */
    public static Selection download(RawPath name, Path content, Digest digest, Instant time) throws IOException {
        FileMetadata metadata = FileMetadata.regular(DOWNLOAD, Files.size(content));
        return selection(name, metadata, time, () -> Files.newInputStream(content), digest);
    }

    private static Selection selection(
            RawPath name, FileMetadata metadata, Instant time, Content content, Digest digest) {
        SourceFile file = new SourceFile(
                name, metadata.withMtime(time.getEpochSecond(), time.getNano()), Optional.empty(), Optional.empty());
        return new Selection(new SingleFile(file, content, digest), name, file, List.of());
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        return Optional.of(file).filter(it -> it.path().equals(path));
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        return directory.isRoot() ? List.of(file) : List.of();
    }

    @Override
    public InputStream open(SourceFile it) throws IOException {
        return content.open();
    }

    @Override
    public Digest digest(SourceFile it) {
        return digest;
    }
}
