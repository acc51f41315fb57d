package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;

/**
 * Who the process runs as, in numbers of the container.
 * Ids end at 2^31-1: those above have been taken for root too often (CVE-2024-40635).
 *
 * @param umask the permission bits that new files do not get; inherited if absent
 * @param username for Windows
 */
public record User(
        @JsonField(absent = "0") int uid,
        @JsonField(absent = "0") int gid,
        Optional<Integer> umask,
        List<Integer> additionalGids,
        Optional<String> username,
        UnknownFields extra) {
    /** The root of the container. */
    public static final User ROOT = of(0, 0);

    public User {
        additionalGids = Copies.list(additionalGids);
        Checks.id("uid", uid);
        Checks.id("gid", gid);
        umask.ifPresent(bits -> Checks.range("umask", bits, 0, 0777));
        additionalGids.forEach(id -> Checks.id("additionalGids", id));
    }

    /** A user with one group. */
    public static User of(int uid, int gid) {
        return new User(uid, gid, Optional.empty(), List.of(), Optional.empty(), UnknownFields.none());
    }

    public User withUmask(int umask) {
        return Records.with(this, "umask", umask);
    }

    public User withAdditionalGids(List<Integer> additionalGids) {
        return Records.with(this, "additionalGids", additionalGids);
    }
}
