package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;

/**
 * One argument as it was written, quotes, escapes and variables not yet looked at, and its place. Where the language
 * expands variables, {@code dev.skiff.dockerfile.expand.Expander} makes the value of it; elsewhere {@code raw} is it.
 */
public record Word(String raw, Position position) {
    /** An error about this word. */
    public DockerfileException error(String problem) {
        return position.error(problem);
    }

    @Override
    public String toString() {
        return raw;
    }
}
