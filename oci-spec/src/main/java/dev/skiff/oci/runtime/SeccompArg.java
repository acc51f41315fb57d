package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import java.util.Optional;

/**
 * A condition on one argument of a system call.
 *
 * @param index which argument, 0 to 5
 * @param value what it is compared with, as the bits of an unsigned number; the mask for {@link
 *     SeccompOperator#SCMP_CMP_MASKED_EQ}
 * @param valueTwo what the masked bits must equal; 0 if absent
 */
public record SeccompArg(
        int index,
        @JsonField(unsigned = true) long value,
        @JsonField(unsigned = true) Optional<Long> valueTwo,
        SeccompOperator op,
        UnknownFields extra) {
    public SeccompArg {
        if (index < 0 || index > 5) {
            throw new IllegalArgumentException("a system call has the arguments 0 to 5, got index " + index);
        }
    }

    /** A comparison with one value. */
    public static SeccompArg of(int index, SeccompOperator op, long value) {
        return new SeccompArg(index, value, Optional.empty(), op, UnknownFields.none());
    }

    /** Whether the bits that {@code mask} selects equal {@code value}. */
    public static SeccompArg masked(int index, long mask, long value) {
        return new SeccompArg(
                index, mask, Optional.of(value), SeccompOperator.SCMP_CMP_MASKED_EQ, UnknownFields.none());
    }
}
