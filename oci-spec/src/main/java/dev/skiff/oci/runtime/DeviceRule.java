package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Texts;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Allows or forbids devices to the container; later rules win.
 *
 * @param type all if absent
 * @param major all if absent
 * @param minor all if absent
 * @param access some of {@code rwm}: read, write, make
 */
public record DeviceRule(
        @JsonField(required = true) boolean allow,
        Optional<DeviceType> type,
        Optional<Long> major,
        Optional<Long> minor,
        Optional<String> access,
        UnknownFields extra) {
    private static final Pattern ACCESS = Pattern.compile("[rwm]*");

    public DeviceRule {
        if (access.isPresent() && !ACCESS.matcher(access.get()).matches()) {
            throw new IllegalArgumentException(
                    "access must be of the letters r, w and m, got " + Texts.excerpt(access.get()));
        }
    }

    /** What every list begins with. */
    public static DeviceRule denyAll() {
        return new DeviceRule(
                false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("rwm"), UnknownFields.none());
    }

    /** One device. */
    public static DeviceRule allow(DeviceType type, long major, long minor, String access) {
        return new DeviceRule(
                true,
                Optional.of(type),
                Optional.of(major),
                Optional.of(minor),
                Optional.of(access),
                UnknownFields.none());
    }
}
