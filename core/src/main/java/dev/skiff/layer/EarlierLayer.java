package dev.skiff.layer;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The layer that a {@link LayerWriter} follows, and which of its files the new layer is to have from there. */
final class EarlierLayer {
    private static final int GROUP = 256;
    private static final LayerWriter.Unchanged NOTHING = new LayerWriter.Unchanged() {
        @Override
        public void take(List<RawPath> paths) {}

        @Override
        public void await() {}
    };

    private final Optional<WrittenLayer> layer;
    private final List<LayerEntry> entries;
    private final LayerWriter.Unchanged unchanged;
    private final Set<RawPath> taken = new HashSet<>();
    private final List<RawPath> group = new ArrayList<>();
    private final List<LayerEntry> linksToTaken = new ArrayList<>();
    private int next;

    private EarlierLayer(Optional<WrittenLayer> layer, LayerWriter.Unchanged unchanged) {
        this.layer = layer;
        this.entries = layer.map(WrittenLayer::entries).orElse(List.of());
        this.unchanged = unchanged;
    }

    static EarlierLayer none() {
        return new EarlierLayer(Optional.empty(), NOTHING);
    }

    /** One whose directory lacks what could not be made in it is not followed. */
    static EarlierLayer of(WrittenLayer layer, LayerWriter.Unchanged taker) {
        return layer.leftOut().isEmpty() ? new EarlierLayer(Optional.of(layer), taker) : none();
    }

    boolean isThere() {
        return layer.isPresent();
    }

    /** How far its tar goes that is that of these entries, too. */
    Optional<WrittenLayer.Point> lastCommonPoint(List<LayerEntry> entries) {
        return layer.flatMap(there -> there.lastCommonPoint(entries));
    }

    List<WrittenLayer.Point> pointsUpTo(WrittenLayer.Point last) {
        return layer.orElseThrow().pointsUpTo(last);
    }

    /** Whether it has that very file, content and all. Files are asked for in the order of the paths. */
    boolean has(LayerEntry file) {
        while (next < entries.size() && entries.get(next).path().compareTo(file.path()) < 0) {
            next++;
        }
        return next < entries.size() && WrittenLayer.isSame(entries.get(next), file);
    }

    /** Has a file put into these, which have its directory; one that is a hard link is another name of one that is taken. */
    void take(LayerEntry file, FileTree files) throws IOException {
        taken.add(file.path());
        group.add(file.path());
        if (group.size() == GROUP) {
            takeGroup(files);
        }
    }

    private void takeGroup(FileTree files) throws IOException {
        files.flush();
        unchanged.take(List.copyOf(group));
        group.clear();
    }

    /** Notes a hard link to be made at the end, for the file that it names may not be there yet. */
    boolean defer(LayerEntry link) {
        return link.hardLinkTo().filter(taken::contains).isPresent() && linksToTaken.add(link);
    }

    /** Waits until all that was taken is in these files. */
    void complete(FileTree files) throws IOException {
        if (taken.isEmpty()) {
            return;
        }
        takeGroup(files);
        unchanged.await();
        linksToTaken.forEach(
                link -> files.makeHardLink(link.path(), link.hardLinkTo().orElseThrow()));
    }
}
