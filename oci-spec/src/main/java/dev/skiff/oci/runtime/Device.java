package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Records;
import java.util.Optional;

/**
 * A device file in the container.
 *
 * @param path absolute, in the container
 * @param fileMode the permission bits
 */
public record Device(
        String path,
        DeviceType type,
        Optional<Long> major,
        Optional<Long> minor,
        Optional<Integer> fileMode,
        Optional<Integer> uid,
        Optional<Integer> gid,
        UnknownFields extra) {
    public Device {
        Checks.absolute("path", path);
        if (type == DeviceType.ALL || (type != DeviceType.FIFO && (major.isEmpty() || minor.isEmpty()))) {
            throw new IllegalArgumentException(
                    "device " + path + " needs a type of c, u, b or p, and all but p a major and a minor");
        }
        fileMode.ifPresent(bits -> Checks.range("fileMode", bits, 0, 0177777));
        fileMode = fileMode.map(bits -> bits & 07777); // some write what stat(2) says, with the type
        uid.ifPresent(id -> Checks.id("uid", id));
        gid.ifPresent(id -> Checks.id("gid", id));
    }

    /** A device with the usual permissions. */
    public static Device of(String path, DeviceType type, long major, long minor) {
        return new Device(
                path,
                type,
                Optional.of(major),
                Optional.of(minor),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                UnknownFields.none());
    }

    public Device withFileMode(int fileMode) {
        return Records.with(this, "fileMode", fileMode);
    }

    public Device withUid(int uid) {
        return Records.with(this, "uid", uid);
    }

    public Device withGid(int gid) {
        return Records.with(this, "gid", gid);
    }
}
