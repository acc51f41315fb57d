package dev.skiff.oci.image;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Texts;
import java.util.List;

/**
 * The layers of an image by what is in them, the lowest first.
 *
 * @param type always {@code layers}
 */
public record RootFs(
        String type,
        @JsonField(value = "diff_ids", required = true) List<DiffId> diffIds,
        UnknownFields extra) {
    public RootFs {
        diffIds = Copies.list(diffIds);
        if (!type.equals("layers")) {
            throw new IllegalArgumentException("rootfs must be of type layers, got " + Texts.excerpt(type));
        }
    }

    /** These layers. */
    public static RootFs of(List<DiffId> diffIds) {
        return new RootFs("layers", diffIds, UnknownFields.none());
    }
}
