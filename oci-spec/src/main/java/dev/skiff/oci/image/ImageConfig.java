package dev.skiff.oci.image;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.JsonField;
import dev.skiff.oci.Platform;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an image is: where it runs, what it runs, the layers it is made of and how they came to be. Its digest is the image id.
 *
 * @param history the oldest first
 */
public record ImageConfig(
        Optional<Instant> created,
        Optional<String> author,
        String architecture,
        String os,
        @JsonField("os.version") Optional<String> osVersion,
        @JsonField("os.features") List<String> osFeatures,
        Optional<String> variant,
        Optional<ContainerConfig> config,
        @JsonField("rootfs") RootFs rootFs,
        List<History> history,
        UnknownFields extra) {
    public ImageConfig {
        osFeatures = Copies.list(osFeatures);
        history = Copies.list(history);
        osVersion = osVersion.filter(text -> !text.isEmpty());
        variant = variant.filter(text -> !text.isEmpty());
    }

    /** An image without layers. */
    public static ImageConfig of(Platform platform) {
        return new ImageConfig(
                Optional.empty(),
                Optional.empty(),
                platform.architecture(),
                platform.os(),
                platform.osVersion(),
                platform.osFeatures(),
                platform.variant(),
                Optional.empty(),
                RootFs.of(List.of()),
                List.of(),
                UnknownFields.none());
    }

    public ImageConfig withCreated(Instant created) {
        return Records.with(this, "created", created);
    }

    public ImageConfig withAuthor(String author) {
        return Records.with(this, "author", author);
    }

    public ImageConfig withConfig(ContainerConfig config) {
        return Records.with(this, "config", config);
    }

    public ImageConfig withRootFs(RootFs rootFs) {
        return Records.with(this, "rootFs", rootFs);
    }

    public ImageConfig withHistory(List<History> history) {
        return Records.with(this, "history", history);
    }

    /** What it runs on. */
    public Platform platform() {
        return new Platform(architecture, os, osVersion, osFeatures, variant, UnknownFields.none());
    }

    /** The layers by what is in them, the lowest first. */
    public List<DiffId> diffIds() {
        return rootFs.diffIds();
    }

    /** What a container does if nobody says otherwise; if the image says nothing, that is empty. */
    public ContainerConfig containerConfig() {
        return config.orElse(ContainerConfig.empty());
    }

    /** One more layer on top, and how it came to be. */
    public ImageConfig plusLayer(DiffId layer, History made) {
        List<DiffId> layers =
                Stream.concat(diffIds().stream(), Stream.of(layer)).toList();
        return withRootFs(Records.with(rootFs, "diffIds", layers)).plusHistory(made);
    }

    /** One more line of history. */
    public ImageConfig plusHistory(History made) {
        return withHistory(Stream.concat(history.stream(), Stream.of(made)).toList());
    }
}
