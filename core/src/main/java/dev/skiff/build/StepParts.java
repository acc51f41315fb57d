package dev.skiff.build;

import dev.skiff.CacheMiss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a step's key was made of, subject by subject, each with a checksum: enough to tell a person what has changed, and never used
 * to decide whether something has.
 */
final class StepParts {
    private static final int MOST = 20_000; // beyond that, a record would cost more than it tells
    private static final int MOST_NAMES = 100;
    private static final char SEPARATOR = '\t';

    private final Map<Subject, Long> sums;

    private StepParts(Map<Subject, Long> sums) {
        this.sums = sums;
    }

    /** What a part can be about, in the order in which a change is told. */
    enum Kind {
        PARENT(CacheMiss.Cause.PARENT_CHANGED),
        ARGUMENT(CacheMiss.Cause.ARGUMENT_CHANGED),
        ENVIRONMENT(CacheMiss.Cause.ENVIRONMENT_CHANGED),
        FILE(CacheMiss.Cause.FILE_CHANGED),
        SETTING(CacheMiss.Cause.SETTING_CHANGED);

        private final CacheMiss.Cause cause;

        Kind(CacheMiss.Cause cause) {
            this.cause = cause;
        }
    }

    private record Subject(Kind kind, String name) {}

    /** Takes the parts in. */
    static final class Builder {
        private static final long BASIS = 0xcbf29ce484222325L; // FNV-1a
        private static final long PRIME = 0x100000001b3L;

        private final Map<Subject, Long> sums = new LinkedHashMap<>();
        private Subject subject = new Subject(Kind.SETTING, "");
        private long sum = BASIS;

        void about(Kind kind, String name) {
            keep();
            subject = new Subject(kind, sums.size() < MOST ? name : "");
            sum = sums.getOrDefault(subject, BASIS);
        }

        void add(byte[] part) {
            sum ^= part.length;
            for (byte each : part) {
                sum = (sum ^ (each & 0xff)) * PRIME;
            }
            sum *= PRIME;
        }

        private void keep() {
            if (sum != BASIS) { // else nothing was said of it
                sums.put(subject, sum);
            }
        }

        /** All of them; there can be no more from now on. */
        StepParts build() {
            keep();
            return new StepParts(sums);
        }
    }

    /** How many subjects there are. */
    int size() {
        return sums.size();
    }

    /** What is different now from what was before, of the first kind that has a difference. */
    Optional<CacheMiss> changeSince(StepParts before) {
        for (Kind kind : Kind.values()) {
            TreeSet<String> changed = new TreeSet<>();
            sums.forEach((subject, sum) -> {
                if (subject.kind == kind && !sum.equals(before.sums.get(subject))) {
                    changed.add(subject.name);
                }
            });
            before.sums.keySet().stream()
                    .filter(subject -> subject.kind == kind && !sums.containsKey(subject))
                    .forEach(subject -> changed.add(subject.name));
            if (!changed.isEmpty()) {
                return Optional.of(new CacheMiss(
                        kind.cause,
                        changed.stream()
                                .filter(name -> !name.isEmpty())
                                .limit(MOST_NAMES)
                                .toList()));
            }
        }
        return Optional.empty();
    }

    /** As text, a line for each subject. */
    String write() {
        StringBuilder text = new StringBuilder();
        sums.forEach((subject, sum) -> text.append(subject.kind.name())
                .append(SEPARATOR)
                .append(Long.toHexString(sum))
                .append(SEPARATOR)
                .append(escape(subject.name))
                .append('\n'));
        return text.toString();
    }

    /** What {@link #write} has written; nothing if this is something else. */
    static Optional<StepParts> read(String text) {
        Map<Subject, Long> sums = new LinkedHashMap<>();
        try {
            for (String line : text.lines().toList()) {
                List<String> fields = new ArrayList<>(List.of(line.split(String.valueOf(SEPARATOR), -1)));
                Subject subject = new Subject(Kind.valueOf(fields.get(0)), unescape(fields.get(2)));
                sums.put(subject, Long.parseUnsignedLong(fields.get(1), 16));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException somethingElse) {
            return Optional.empty();
        }
        return Optional.of(new StepParts(sums));
    }

    private static String escape(String name) {
        return name.replace("%", "%25")
                .replace("\t", "%09")
                .replace("\n", "%0A")
                .replace("\r", "%0D");
    }

    private static String unescape(String name) {
        return name.replace("%0D", "\r")
                .replace("%0A", "\n")
                .replace("%09", "\t")
                .replace("%25", "%");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StepParts that && sums.equals(that.sums);
    }

    @Override
    public int hashCode() {
        return sums.hashCode();
    }
}
