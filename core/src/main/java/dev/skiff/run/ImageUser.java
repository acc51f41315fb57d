package dev.skiff.run;

import dev.skiff.oci.runtime.User;
import java.util.List;

/**
 * Who a container's process is, in numbers.
 *
 * @param groups all of them, the primary one too: a group that is not in the list has fewer rights than others have
 *     (CVE-2022-2989)
 */
public record ImageUser(int uid, int gid, List<Integer> groups, String home) {
    public ImageUser {
        groups = List.copyOf(groups);
    }

    public User inNumbers() {
        return User.of(uid, gid).withAdditionalGids(groups);
    }
}
