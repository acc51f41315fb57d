package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import java.util.Optional;

/**
 * The weight of the container at one block device.
 *
 * @param leafWeight beside its own children
 */
public record WeightDevice(
        long major, long minor, Optional<Integer> weight, Optional<Integer> leafWeight, UnknownFields extra) {}
