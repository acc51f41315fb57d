package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;

/**
 * A limit on huge pages of one size.
 *
 * @param pageSize such as {@code 2MB}
 * @param limit in bytes
 */
public record HugepageLimit(
        String pageSize, @JsonField(unsigned = true) long limit, UnknownFields extra) {}
