package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;

/**
 * Limits on disk access.
 *
 * @param weight 10 to 1000
 * @param leafWeight beside its own children
 * @param throttleReadBpsDevice bytes per second
 * @param throttleWriteBpsDevice bytes per second
 * @param throttleReadIopsDevice operations per second
 * @param throttleWriteIopsDevice operations per second
 */
public record BlockIo(
        Optional<Integer> weight,
        Optional<Integer> leafWeight,
        List<WeightDevice> weightDevice,
        List<ThrottleDevice> throttleReadBpsDevice,
        List<ThrottleDevice> throttleWriteBpsDevice,
        @JsonField("throttleReadIOPSDevice") List<ThrottleDevice> throttleReadIopsDevice,
        @JsonField("throttleWriteIOPSDevice") List<ThrottleDevice> throttleWriteIopsDevice,
        UnknownFields extra) {
    public BlockIo {
        weightDevice = Copies.list(weightDevice);
        throttleReadBpsDevice = Copies.list(throttleReadBpsDevice);
        throttleWriteBpsDevice = Copies.list(throttleWriteBpsDevice);
        throttleReadIopsDevice = Copies.list(throttleReadIopsDevice);
        throttleWriteIopsDevice = Copies.list(throttleWriteIopsDevice);
    }

    /** No limit. */
    public static BlockIo none() {
        return new BlockIo(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                UnknownFields.none());
    }

    public BlockIo withWeight(int weight) {
        return Records.with(this, "weight", weight);
    }
}
