package dev.skiff.layer;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The layer that a {@link LayerWriter} follows, and which of its files the new layer is to have from there. */
final class EarlierLayer {
    private final Optional<WrittenLayer> layer;
    private final LayerWriter.Unchanged unchanged;
    private final NavigableSet<RawPath> taken = new TreeSet<>();
    private final List<LayerEntry> linksToTaken = new ArrayList<>();

    private EarlierLayer(Optional<WrittenLayer> layer, LayerWriter.Unchanged unchanged) {
        this.layer = layer;
        this.unchanged = unchanged;
    }

    static EarlierLayer none() {
        return new EarlierLayer(Optional.empty(), paths -> {});
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

    /** Whether it has that very file, content and all. */
    boolean has(LayerEntry file) {
        return layer.filter(there -> there.has(file)).isPresent();
    }

    /** Notes a file to be taken at the end; one that is a hard link is another name of one that is noted. */
    void take(LayerEntry file) {
        taken.add(file.path());
    }

    /** Notes a hard link to be made at the end, if the file that it names comes only then. */
    boolean defer(LayerEntry link) {
        return link.hardLinkTo().filter(taken::contains).isPresent() && linksToTaken.add(link);
    }

    /** Has all that was noted put into these files, all directories of which are there. */
    void moveInto(FileTree files) throws IOException {
        if (taken.isEmpty()) {
            return;
        }
        files.flush();
        unchanged.take(List.copyOf(taken));
        linksToTaken.forEach(
                link -> files.makeHardLink(link.path(), link.hardLinkTo().orElseThrow()));
    }
}
