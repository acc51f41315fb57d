package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;

/** A kind of namespace, see namespaces(7). */
public enum NamespaceType {
    @JsonField("pid")
    PID,
    @JsonField("network")
    NETWORK,
    @JsonField("mount")
    MOUNT,
    @JsonField("ipc")
    IPC,
    @JsonField("uts")
    UTS,
    @JsonField("user")
    USER,
    @JsonField("cgroup")
    CGROUP,
    @JsonField("time")
    TIME
}
