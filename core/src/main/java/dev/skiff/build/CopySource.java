package dev.skiff.build;

import dev.skiff.build.copy.Selection;
import dev.skiff.store.Scratch;
import java.io.IOException;
import java.util.List;

/** One source of a COPY or ADD: what it is called in the step's key, and its files, which need not be here before the key has missed. */
interface CopySource {
    /** Adds what decides about the files. Times are not among it. */
    void addTo(StepKey key) throws IOException;

    /** What can be done side by side so that {@link #addTo} need not do it one after the other. */
    default List<WorkPool.Piece> preparations() {
        return List.of();
    }

    /** The files; they stay as long as {@code scratch} does, into which they may have to be brought. */
    List<Selection> open(Scratch scratch) throws IOException;

    /** What is among the files and can be in no image, for a person to read. */
    default List<String> leftOut() {
        return List.of();
    }

    /** Whether what is an archive goes to the destination unpacked. */
    boolean unpacks();
}
