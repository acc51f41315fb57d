package dev.skiff.layer;

import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digester;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A layer that was written, with what makes the next one like it cheap: which file has which content, and the hash of its tar at
 * several points. It lives in memory alone, for a hash in the middle of its work cannot be kept elsewhere.
 */
public final class WrittenLayer {
    private final UnpackedLayer layer;
    private final List<LayerEntry> entries;
    private final List<Point> points;

    /**
     * A point between two entries of the tar.
     *
     * @param entries how many came before
     * @param hash of the tar up to there; to be copied, not continued
     */
    record Point(int entries, Digester hash) {}

    WrittenLayer(UnpackedLayer layer, List<LayerEntry> entries, List<Point> points) {
        this.layer = layer;
        this.entries = List.copyOf(entries);
        this.points = List.copyOf(points);
    }

    /** What the layer is called. */
    public DiffId diffId() {
        return layer.diffId();
    }

    /** How many entries it has. */
    public int size() {
        return entries.size();
    }

    /** The last point up to which the tar of these entries is the same. */
    Optional<Point> lastCommonPoint(List<LayerEntry> others) {
        int same = 0;
        while (same < Math.min(entries.size(), others.size()) && isSame(entries.get(same), others.get(same))) {
            same++;
        }
        for (int i = points.size() - 1; i >= 0; i--) {
            if (points.get(i).entries() <= same) {
                return Optional.of(points.get(i));
            }
        }
        return Optional.empty();
    }

    List<Point> pointsUpTo(Point last) {
        return new ArrayList<>(points.subList(0, points.indexOf(last) + 1));
    }

    /** Its entries, in the order of the paths. */
    List<LayerEntry> entries() {
        return entries;
    }

    List<RawPath> leftOut() {
        return layer.leftOut();
    }

    static boolean isSame(LayerEntry one, LayerEntry other) {
        return one.path().equals(other.path())
                && one.metadata().equals(other.metadata())
                && one.hardLinkTo().equals(other.hardLinkTo())
                && one.content().equals(other.content())
                && one.opaque() == other.opaque()
                && one.implied() == other.implied()
                && Arrays.equals(
                        one.linkTarget().orElse(null), other.linkTarget().orElse(null));
    }
}
