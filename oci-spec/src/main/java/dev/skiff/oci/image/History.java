package dev.skiff.oci.image;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Records;
import java.time.Instant;
import java.util.Optional;

/**
 * How a layer came to be, for people to read.
 *
 * @param createdBy the instruction that made it
 * @param emptyLayer it changed no file, so no layer stands for it
 */
public record History(
        Optional<Instant> created,
        @JsonField("created_by") Optional<String> createdBy,
        Optional<String> author,
        Optional<String> comment,
        @JsonField("empty_layer") boolean emptyLayer,
        UnknownFields extra) {
    /** An instruction that made a layer. */
    public static History of(Instant created, String createdBy) {
        return new History(
                Optional.of(created),
                Optional.of(createdBy),
                Optional.empty(),
                Optional.empty(),
                false,
                UnknownFields.none());
    }

    /** An instruction that changed the config only. */
    public static History empty(Instant created, String createdBy) {
        return new History(
                Optional.of(created),
                Optional.of(createdBy),
                Optional.empty(),
                Optional.empty(),
                true,
                UnknownFields.none());
    }

    public History withAuthor(String author) {
        return Records.with(this, "author", author);
    }

    public History withComment(String comment) {
        return Records.with(this, "comment", comment);
    }
}
