package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;

/** How mounts made on one side of a bind appear on the other, see mount_namespaces(7). The second four apply to all mounts below, too. */
public enum Propagation {
    @JsonField("private")
    PRIVATE,
    @JsonField("shared")
    SHARED,
    @JsonField("slave")
    SLAVE,
    @JsonField("unbindable")
    UNBINDABLE,
    @JsonField("rprivate")
    RPRIVATE,
    @JsonField("rshared")
    RSHARED,
    @JsonField("rslave")
    RSLAVE,
    @JsonField("runbindable")
    RUNBINDABLE
}
