package dev.skiff.build;

import dev.skiff.dockerfile.HistoryText;
import dev.skiff.oci.Digest;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.History;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.store.StoredLayer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A stage after some of its instructions. Immutable, so a stage that is based on another begins with that one's state.
 *
 * @param image what the image would say if it ended here
 * @param layers its files, the lowest first
 * @param filesKey the key of the step that made the uppermost layer: it stands for all that is in the files
 * @param variables what words and commands see
 * @param commandSet whether this stage has set a CMD of its own, which an ENTRYPOINT then leaves alone
 */
record StageState(
        ImageConfig image, List<StoredLayer> layers, Digest filesKey, Variables variables, boolean commandSet) {
    private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");
    private static final String DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    StageState {
        layers = List.copyOf(layers);
    }

    /** The beginning of a stage that is based on an image, or on nothing. */
    static StageState of(ImageConfig base, List<StoredLayer> layers) {
        StepKey key = StepKey.of("base");
        base.diffIds().forEach(diffId -> key.with(diffId.toString()));
        ContainerConfig config = withPath(base.containerConfig()).withOnBuild(List.of());
        return new StageState(base.withConfig(config), layers, key.digest(), Variables.of(config.env()), false);
    }

    private static ContainerConfig withPath(ContainerConfig config) {
        if (config.env().stream().anyMatch(pair -> pair.startsWith("PATH="))) {
            return config;
        }
        List<String> env = new ArrayList<>(config.env());
        env.add(DEFAULT_PATH);
        return config.withEnv(env);
    }

    /** The beginning of a stage that is based on this one. */
    StageState next() {
        return new StageState(image.withConfig(config().withOnBuild(List.of())), layers, filesKey, variables, false);
    }

    ContainerConfig config() {
        return image.containerConfig();
    }

    /** What shell forms go to. */
    List<String> shell() {
        return config().shell().isEmpty() ? DEFAULT_SHELL : config().shell();
    }

    String workingDirectory() {
        return config().workingDir().orElse("/");
    }

    StageState withVariables(Variables changed) {
        return new StageState(image, layers, filesKey, changed, commandSet);
    }

    StageState withCommandSet() {
        return new StageState(image, layers, filesKey, variables, true);
    }

    StageState withConfig(ContainerConfig config) {
        return new StageState(image.withConfig(config), layers, filesKey, variables, commandSet);
    }

    /** A change of the configuration, and how history tells of it. */
    StageState withConfig(ContainerConfig config, String createdBy) {
        return withConfig(config).withHistory(createdBy);
    }

    StageState withAuthor(String author, String createdBy) {
        return new StageState(image.withAuthor(author), layers, filesKey, variables, commandSet).withHistory(createdBy);
    }

    /** A line of history for what made no layer. It has no time of its own; see {@link ImageTimes}. */
    StageState withHistory(String createdBy) {
        return new StageState(
                image.plusHistory(history(Optional.empty(), createdBy, true)), layers, filesKey, variables, commandSet);
    }

    /** The same files under another key. */
    StageState withFilesKey(Digest key) {
        return new StageState(image, layers, key, variables, commandSet);
    }

    /** One more layer. */
    StageState withLayer(StoredLayer layer, Digest key, Instant created, String createdBy) {
        List<StoredLayer> more = new ArrayList<>(layers);
        more.add(layer);
        return new StageState(
                image.plusLayer(layer.diffId(), history(Optional.of(created), createdBy, false)),
                more,
                key,
                variables,
                commandSet);
    }

    private static History history(Optional<Instant> created, String createdBy, boolean empty) {
        return new History(
                created,
                Optional.of(createdBy),
                Optional.empty(),
                Optional.of(HistoryText.COMMENT),
                empty,
                UnknownFields.none());
    }
}
