package dev.skiff;

import java.io.Serializable;
import java.util.Objects;

/**
 * One thing that {@link Dockerfile#check()} found: the file builds, but perhaps not as it was meant.
 *
 * @param check what was looked for; {@link BuildCheck#explanation()} says why
 * @param file name of the file, as messages show it
 * @param line counted from 1
 * @param column counted from 1, in characters
 * @param message what was found, in one sentence without an end
 */
public record CheckFinding(BuildCheck check, String file, int line, int column, String message)
        implements Serializable {
    public CheckFinding {
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(message, "message");
    }

    /** Such as {@code Dockerfile:3:1: StageNameCasing: stage name "Build" should be in lower case}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + check + ": " + message;
    }
}
