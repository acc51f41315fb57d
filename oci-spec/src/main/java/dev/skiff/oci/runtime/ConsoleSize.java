package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;

/**
 * The size of the terminal that a process gets, in characters.
 */
public record ConsoleSize(int height, int width, UnknownFields extra) {
    public ConsoleSize {
        Checks.range("height", height, 0, 0xffff);
        Checks.range("width", width, 0, 0xffff);
    }

    /** As many lines and columns. */
    public static ConsoleSize of(int height, int width) {
        return new ConsoleSize(height, width, UnknownFields.none());
    }
}
