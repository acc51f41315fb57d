package dev.skiff.build.remote;

import dev.skiff.build.context.ContextTree;
import dev.skiff.build.context.FileDigests;
import dev.skiff.build.context.HostTree;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What git has checked out, as git means it: files are executable or not, whatever the umask; all of them are as old as the commit,
 * so that it is the same layer each time.
 */
final class GitTree implements SourceTree {
    private static final int EXECUTABLE = 0100;
    private static final int PLAIN = 0644;
    private static final int ALL = 0755;

    private final ContextTree files;
    private final Instant time;

    GitTree(Path directory, Instant time, boolean withGitDir) {
        IgnoreRules rules = withGitDir ? IgnoreRules.NONE : IgnoreRules.of(List.of("**/.git"));
        HostTree checkout = new HostTree(directory, FileDigests.ofOneBuild());
        this.files = new ContextTree(checkout, rules, "git", OptionalLong.empty(), Runnable::run);
        this.time = time;
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        return files.find(path).map(this::asCommitted);
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        return files.children(directory).stream().map(this::asCommitted).toList();
    }

    private SourceFile asCommitted(SourceFile file) {
        FileMetadata metadata = file.metadata().withMtime(time.getEpochSecond(), time.getNano());
        if (!metadata.isSymlink()) {
            boolean all = metadata.isDirectory() || (metadata.permissions() & EXECUTABLE) != 0;
            metadata = metadata.withPermissions(all ? ALL : PLAIN);
        }
        return new SourceFile(file.path(), metadata, file.linkTarget(), file.inode(), file.seen());
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        return files.open(file);
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        return files.digest(file);
    }
}
