package dev.skiff.build.copy;

import dev.skiff.layer.DigestingInputStream;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.LayerWriter;
import dev.skiff.layer.Links;
import dev.skiff.layer.Slice;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * A layer in the making: what is to be in it, over what the layers below have. It shows the tree as it will be, so that each
 * source of a COPY sees what the one before it has put there.
 */
public final class LayerPlan {
    private static final int NEW_DIRECTORY = 0755;

    private final LayerStack below;
    private final Instant now;
    private final NavigableMap<RawPath, Planned> entries = new TreeMap<>();

    /** What goes to a path, and where its content is if it has any. */
    private record Planned(LayerEntry entry, Optional<PlannedContent> content) {}

    /** @param now what directories that are made on the way have as their time */
    public LayerPlan(LayerStack below, Instant now) {
        this.below = below;
        this.now = now;
    }

    /** Something stands in the way. The message is for a person and has no place in it. */
    public static final class ConflictException extends Exception {
        private static final long serialVersionUID = 1L;

        ConflictException(String message) {
            super(message);
        }
    }

    /** What will be at a path. No directory on the way may be a link. */
    public Optional<LayerEntry> find(RawPath path) {
        Planned planned = entries.get(path);
        if (planned != null) {
            return Optional.of(planned.entry()).filter(entry -> !entry.isWhiteout());
        }
        if (below.layers().isEmpty()) {
            return Optional.empty();
        }
        for (RawPath at = path; !at.isRoot(); at = at.parent()) {
            Planned above = entries.get(at.parent());
            if (above != null && (!above.entry().isDirectory() || above.entry().opaque())) {
                return Optional.empty();
            }
        }
        return below.find(path).map(LayerStack.Found::entry);
    }

    boolean isDirectory(RawPath path) {
        return path.isRoot() || find(path).map(LayerEntry::isDirectory).orElse(false);
    }

    /** The path with all links followed, those of the last component too; what is missing is taken as it is. */
    public RawPath follow(RawPath path) throws ConflictException {
        return Links.follow(path, at -> find(at).flatMap(LayerEntry::linkTarget))
                .orElseThrow(() -> new ConflictException("/" + path + ": too many links"));
    }

    /**
     * Makes a directory and those above it where they are missing; what is there stays as it is. No link may be on the way.
     *
     * @param permissions of those that are made
     */
    public void makeDirectories(RawPath path, Owner owner, int permissions) throws ConflictException {
        if (isDirectory(path)) {
            return;
        }
        if (find(path).isPresent()) {
            throw new ConflictException("mkdir /" + path + ": not a directory");
        }
        makeDirectories(path.parent(), owner, permissions);
        FileMetadata metadata = FileMetadata.directory(permissions)
                .withOwner(owner.uid(), owner.gid())
                .withMtime(now.getEpochSecond(), now.getNano());
        put(LayerEntry.directory(path, metadata));
    }

    /** The same with mode 0755. */
    public void makeDirectories(RawPath path, Owner owner) throws ConflictException {
        makeDirectories(path, owner, NEW_DIRECTORY);
    }

    /** Puts something other than a file with content into the layer; what it holds, if it is a directory, stays. */
    void put(LayerEntry entry) {
        put(entry, Optional.empty());
    }

    /** Puts a file into the layer, with the content of the source; {@code copy} tells one source from the next. */
    void put(LayerEntry entry, SourceTree tree, SourceFile file, Object copy) {
        put(entry, Optional.of(new PlannedContent(tree, file, copy)));
    }

    private void put(LayerEntry entry, Optional<PlannedContent> content) {
        addParents(entry.path());
        Planned replaced = entries.put(entry.path(), new Planned(entry, content));
        if (replaced != null && replaced.entry().isDirectory() && !entry.isDirectory()) {
            entries.keySet().removeIf(path -> path.startsWith(entry.path()) && !path.equals(entry.path()));
        }
        if (replaced != null && !replaced.entry().isDirectory() && entry.isDirectory()) {
            deleteBelow(entry.path()); // what the layers below have in it was gone already
        }
    }

    /** A layer lists the directories above what it has; as nobody asked for a change, they are listed as they are. */
    private void addParents(RawPath path) {
        if (path.isRoot() || path.parent().isRoot() || entries.containsKey(path.parent())) {
            return;
        }
        addParents(path.parent());
        LayerEntry parent =
                find(path.parent()).orElseThrow(() -> new AssertionError("no directory was planned above /" + path));
        entries.put(
                path.parent(), new Planned(LayerEntry.directory(path.parent(), parent.metadata()), Optional.empty()));
    }

    /** Takes away what is at a path, with all below it; nothing there is fine. */
    void delete(RawPath path) {
        if (find(path).isEmpty()) {
            return;
        }
        if (below.find(path).isPresent()) {
            put(LayerEntry.whiteout(path));
        } else {
            entries.keySet().removeIf(planned -> planned.startsWith(path));
        }
    }

    /** Takes away what the layers below have in a directory. */
    void deleteBelow(RawPath directory) {
        below.children(directory).forEach(found -> delete(found.entry().path()));
    }

    /**
     * Writes the layer, by this thread alone.
     *
     * @throws dev.skiff.SkiffException if a file is not any more what it was when its digest was taken
     */
    public UnpackedLayer write(LayerWriter layer) throws IOException {
        return write(layer, Runnable::run);
    }

    /**
     * Writes the layer.
     *
     * @param executor reads ahead if it can spare a thread
     * @throws dev.skiff.SkiffException if a file is not any more what it was when its digest was taken
     */
    public UnpackedLayer write(LayerWriter layer, Executor executor) throws IOException {
        List<Planned> planned = withLinks();
        if (layer.follows()) {
            List<Planned> all = digested(planned);
            int done = layer.resume(all.stream().map(Planned::entry).toList());
            planned = all.subList(done, all.size());
        }
        List<PlannedContent> contents =
                planned.stream().flatMap(each -> each.content().stream()).toList();
        List<Planned> unchecked = new ArrayList<>();
        UnpackedLayer written;
        try (ReadAhead ahead = new ReadAhead(contents, executor)) {
            for (Planned each : planned) {
                if (!write(each, ahead, layer)) {
                    unchecked.add(each);
                }
            }
            written = layer.finish();
        }
        for (Planned each : unchecked) {
            LayerEntry entry = written.index().find(each.entry().path()).orElseThrow();
            each.content().orElseThrow().check(entry.content().orElseThrow());
        }
        return written;
    }

    /** What is planned in the order of the paths, further names of one file as links to its first. */
    private List<Planned> withLinks() {
        Map<Object, LayerEntry> firsts = new HashMap<>();
        List<Planned> planned = new ArrayList<>();
        for (Planned each : entries.values()) {
            Optional<LayerEntry> first = each.content()
                    .flatMap(content -> content.file()
                            .inode()
                            .map(inode -> firsts.putIfAbsent(List.of(content.copy(), inode), each.entry())));
            planned.add(
                    first.isPresent()
                            ? new Planned(LayerEntry.hardLink(each.entry().path(), first.get()), Optional.empty())
                            : each);
        }
        return planned;
    }

    /** The same with the digests of the contents, which the step's key was made of. */
    private static List<Planned> digested(List<Planned> planned) throws IOException {
        List<Planned> digested = new ArrayList<>(planned.size());
        for (Planned each : planned) {
            digested.add(each.content().isPresent() ? new Planned(promised(each), each.content()) : each);
        }
        return digested;
    }

    /** Says whether the content is certainly what was promised; else only the written layer can tell. */
    private static boolean write(Planned planned, ReadAhead ahead, LayerWriter layer) throws IOException {
        if (planned.content().isEmpty()) {
            layer.add(planned.entry());
            return true;
        }
        LayerEntry promised = promised(planned);
        Optional<Slice> read = ahead.next();
        if (read.isPresent()) {
            layer.add(promised, read.get());
            return true;
        }
        PlannedContent content = planned.content().get();
        try (InputStream in = content.open()) {
            if (!layer.isUnchanged(promised)) {
                layer.add(LayerEntry.file(promised.path(), promised.metadata()), in);
                return false;
            }
            Digester digester = Digester.sha256();
            layer.add(promised, new DigestingInputStream(in, digester));
            content.check(digester.digest());
            return true;
        }
    }

    private static LayerEntry promised(Planned planned) throws IOException {
        LayerEntry entry = planned.entry();
        if (entry.content().isPresent()) {
            return entry;
        }
        PlannedContent content = planned.content().orElseThrow();
        return LayerEntry.file(entry.path(), entry.metadata(), content.tree().digest(content.file()));
    }
}
