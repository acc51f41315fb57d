package dev.skiff.dockerfile;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One {@code --mount} of a RUN with its variables put in, checked: only options that its type has are set.
 *
 * @param from stage, image or named context that the source is in; absent is the build context (bind) or nothing
 * @param source path in {@code from}; for a secret its id
 * @param target as written, relative to the working directory unless absolute; a secret or ssh mount may have none
 * @param id of a cache, secret or ssh agent
 * @param sizeBytes limit of a tmpfs
 * @param uid unsigned, as gid
 * @param env variable that a secret is put into
 */
public record Mount(
        Type type,
        Optional<String> from,
        Optional<String> source,
        Optional<String> target,
        boolean readOnly,
        Optional<String> id,
        Optional<Sharing> sharing,
        boolean required,
        OptionalLong sizeBytes,
        OptionalInt mode,
        OptionalInt uid,
        OptionalInt gid,
        Optional<String> env) {

    /** What is mounted. */
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET,
        SSH
    }

    /** Who may use a cache at the same time: everyone, each its own, or one after the other. */
    public enum Sharing {
        SHARED,
        PRIVATE,
        LOCKED
    }
}
