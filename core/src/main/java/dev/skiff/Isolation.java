package dev.skiff;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a container was given to hold it in: what it got, aspect by aspect, and where that is less than Skiff can do, why and what
 * would make it more.
 *
 * @param aspects in the order a person would want to read them
 */
public record Isolation(List<Aspect> aspects) {
    public Isolation {
        aspects = List.copyOf(aspects);
    }

    /**
     * One of the ways in which a container is held in.
     *
     * @param name such as {@code seccomp}
     * @param whole whether it is as strong as Skiff can make it
     * @param found what was got: {@code the standard filter}
     * @param remedy what would make it stronger, and empty if nothing would
     */
    public record Aspect(String name, boolean whole, String found, String remedy) {
        public Aspect {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(found, "found");
            Objects.requireNonNull(remedy, "remedy");
        }

        private String mark() {
            return whole ? "ok" : "weaker";
        }

        private ReportText.Row row() {
            return new ReportText.Row(mark(), name, found, remedy);
        }

        /** For people, with the remedy if there is one. */
        @Override
        public String toString() {
            return mark() + ": " + name + ": " + found + (remedy.isEmpty() ? "" : "; " + remedy);
        }
    }

    /** Those that could be stronger. */
    public List<Aspect> weaker() {
        return aspects.stream().filter(aspect -> !aspect.whole()).toList();
    }

    /** The aspect of that name, if it was looked at. */
    public Optional<Aspect> aspect(String name) {
        return aspects.stream().filter(aspect -> aspect.name().equals(name)).findFirst();
    }

    /** A table for people: one aspect a line, and what would make it stronger below it. */
    @Override
    public String toString() {
        return ReportText.of(aspects.stream().map(Aspect::row).toList());
    }
}
