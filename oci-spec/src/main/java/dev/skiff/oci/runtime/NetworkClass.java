package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import java.util.List;
import java.util.Optional;

/**
 * How the traffic of the container is classed; not in cgroup v2.
 */
public record NetworkClass(
        @JsonField("classID") Optional<Long> classId, List<InterfacePriority> priorities, UnknownFields extra) {
    public NetworkClass {
        priorities = Copies.list(priorities);
        classId.ifPresent(id -> Checks.range("classID", id, 0, Checks.MAX_UINT32));
    }
}
