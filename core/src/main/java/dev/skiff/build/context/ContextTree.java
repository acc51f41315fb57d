package dev.skiff.build.context;

import dev.skiff.SkiffException;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A build context as a build sees it: without what {@code .dockerignore} leaves out, and without sockets, which are nothing
 * without their process. Each directory is listed once in a build, so that all steps see the same.
 */
public final class ContextTree implements SourceTree {
    /** As many as an archive may have: they are all held in memory. */
    private static final int MOST_FILES = 1_000_000;

    private final RawContext files;
    private final IgnoreRules rules;
    private final String rulesFile;
    private final OptionalLong mostBytes;
    private final Problems problems;
    private final BroughtBack broughtBack;
    private final Listings<Listing> listings;
    private final AtomicLong listed = new AtomicLong();
    private final Set<RawPath> counted = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();

    /** What one directory holds. */
    private record Listing(List<SourceFile> files, List<RawPath> sockets) {}

    /**
     * A context of a build.
     *
     * @param executor lists directories that will be asked for, if it can spare a thread
     * @param rulesFile what the rules are from, for messages
     * @param mostBytes how much the build may take from it
     */
    public ContextTree(
            RawContext files, IgnoreRules rules, String rulesFile, OptionalLong mostBytes, Executor executor) {
        this.files = files;
        this.rules = rules;
        this.rulesFile = rulesFile;
        this.mostBytes = mostBytes;
        this.problems = new Problems(files.label());
        this.broughtBack = new BroughtBack(files);
        this.listings = new Listings<>(this::list, executor);
    }

    /** How old the newest of all its files is, in seconds since the epoch, if that is the same wherever it is unpacked. */
    public OptionalLong newest() {
        return files.newest();
    }

    /** What is left out. */
    public IgnoreRules rules() {
        return rules;
    }

    @Override
    public Optional<SourceFile> find(RawPath path) {
        if (path.isRoot()) {
            return files.find(path);
        }
        IgnoreRules.Directory parent = enter(path.parent());
        return parent.nothingBelow()
                ? Optional.empty()
                : files.find(path).filter(file -> !isSocket(file) && isIn(parent, file));
    }

    @Override
    public List<SourceFile> children(RawPath directory) {
        return listings.of(directory).files();
    }

    @Override
    public void expect(List<RawPath> directories) {
        listings.expect(directories);
    }

    private Listing list(RawPath directory) {
        IgnoreRules.Directory ignored = enter(directory);
        if (ignored.nothingBelow()) {
            return new Listing(List.of(), List.of());
        }
        List<SourceFile> children = new ArrayList<>();
        List<RawPath> sockets = new ArrayList<>();
        for (SourceFile file : files.children(directory)) {
            if (isIn(ignored, file)) {
                if (isSocket(file)) {
                    sockets.add(file.path());
                } else {
                    children.add(file);
                }
            }
        }
        if (listed.addAndGet(children.size()) > MOST_FILES) {
            throw problems.whole("has more than " + MOST_FILES + " files; leave out what no image needs with "
                    + "a .dockerignore (it came to /" + directory + ")");
        }
        return new Listing(List.copyOf(children), List.copyOf(sockets));
    }

    private static boolean isSocket(SourceFile file) {
        return file.metadata().type() == FileMetadata.S_IFSOCK;
    }

    private IgnoreRules.Directory enter(RawPath directory) {
        IgnoreRules.Directory at = rules.root();
        if (!rules.isEmpty() && !directory.isRoot()) {
            for (String name : text(directory).split("/", -1)) {
                at = at.enter(name);
            }
        }
        return at;
    }

    /** A directory that is left out is in all the same when something below it is brought back. */
    private boolean isIn(IgnoreRules.Directory parent, SourceFile file) {
        if (rules.isEmpty()) {
            return true;
        }
        String name = text(file.path().name());
        if (!parent.excludes(name)) {
            return true;
        }
        return file.isDirectory() && broughtBack.hasSomething(file.path(), parent.enter(name));
    }

    @Override
    public InputStream open(SourceFile file) throws IOException {
        count(file);
        return files.open(file);
    }

    @Override
    public Digest digest(SourceFile file) throws IOException {
        count(file);
        return files.digest(file);
    }

    @Override
    public boolean read(SourceFile file, byte[] target, int offset, int length) throws IOException {
        count(file);
        return files.read(file, target, offset, length);
    }

    private void count(SourceFile file) {
        if (mostBytes.isPresent()
                && counted.add(file.path())
                && bytes.addAndGet(file.metadata().size()) > mostBytes.getAsLong()) {
            throw problems.whole("is larger than the " + mostBytes.getAsLong()
                    + " bytes that this build may take from it"
                    + " (it came to /" + file.path() + " of " + file.metadata().size()
                    + " bytes); leave out what no image needs with a .dockerignore");
        }
    }

    @Override
    public SkiffException changed(SourceFile file) {
        return files.changed(file);
    }

    @Override
    public List<RawPath> leftOut(RawPath directory) {
        List<RawPath> sockets = new ArrayList<>();
        listings.made().forEach((path, listing) -> {
            if (path.startsWith(directory)) {
                sockets.addAll(listing.sockets());
            }
        });
        sockets.sort(null);
        return sockets;
    }

    @Override
    public String whyMissing(RawPath path) {
        Optional<SourceFile> file = files.find(path);
        if (file.isEmpty()) {
            return "";
        } else if (isSocket(file.get())) {
            return "; it is a socket, which is nothing without the process that listens on it";
        }
        return rules.excludes(text(path)) ? "; " + rulesFile + " leaves it out" : "";
    }

    private static String text(RawPath path) {
        return ByteText.decode(path.bytes());
    }
}
