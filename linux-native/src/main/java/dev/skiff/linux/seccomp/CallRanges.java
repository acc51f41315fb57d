package dev.skiff.linux.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Decides on every possible call number, as ranges that neighbours with the same decision share. */
final class CallRanges {
    /** One more than the greatest number; numbers are unsigned. */
    static final long LIMIT = 1L << 32;

    /** The first number of a range and what is decided on all of it. */
    record Range(long start, Decision decision) {}

    private final TreeMap<Long, Decision> starts = new TreeMap<>();

    CallRanges(Decision all) {
        starts.put(0L, all);
    }

    /** Decides on the numbers from {@code start} up to, without, {@code end}, whatever was decided before. */
    void set(long start, long end, Decision decision) {
        Decision behind = starts.floorEntry(end).getValue();
        starts.subMap(start, end).clear();
        starts.put(start, decision);
        if (end < LIMIT) {
            starts.put(end, behind);
        }
    }

    void set(int number, Decision decision) {
        long unsigned = Integer.toUnsignedLong(number);
        set(unsigned, unsigned + 1, decision);
    }

    /** By number, from 0 on; no two neighbours have the same decision. */
    List<Range> merged() {
        List<Range> ranges = new ArrayList<>();
        for (Map.Entry<Long, Decision> start : starts.entrySet()) {
            if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).decision.equals(start.getValue())) {
                ranges.add(new Range(start.getKey(), start.getValue()));
            }
        }
        return ranges;
    }
}
