package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import java.util.Optional;

/**
 * Which processors a process that joins the container runs on, as lists such as {@code 0-3,7}.
 *
 * @param initial before it has been moved to the cgroup of the container
 * @param finalCpus after that
 */
public record CpuAffinity(
        Optional<String> initial, @JsonField("final") Optional<String> finalCpus, UnknownFields extra) {}
