package dev.skiff.oci.image;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a container of an image does if nobody says otherwise. An empty text, as Docker writes it, is the same as none.
 *
 * @param user {@code user[:group]}, by name or number
 * @param exposedPorts {@code port/protocol}
 * @param env {@code NAME=value}
 * @param cmd arguments to the entrypoint, or the command if there is none
 * @param volumes paths where writes go to a volume
 * @param stopSignal such as {@code SIGTERM} or {@code 15}
 * @param argsEscaped for Windows; builders set it with every command all the same
 * @param healthcheck Docker's
 * @param onBuild instructions for whoever builds on this image; Docker's
 * @param shell what the shell form of later instructions runs in; Docker's
 */
public record ContainerConfig(
        @JsonField("User") Optional<String> user,
        @JsonField(value = "ExposedPorts", keys = true) Set<String> exposedPorts,
        @JsonField("Env") List<String> env,
        @JsonField("Entrypoint") List<String> entrypoint,
        @JsonField("Cmd") List<String> cmd,
        @JsonField(value = "Volumes", keys = true) Set<String> volumes,
        @JsonField("WorkingDir") Optional<String> workingDir,
        @JsonField("Labels") Map<String, String> labels,
        @JsonField("StopSignal") Optional<String> stopSignal,
        @JsonField("ArgsEscaped") boolean argsEscaped,
        @JsonField("Healthcheck") Optional<Healthcheck> healthcheck,
        @JsonField("OnBuild") List<String> onBuild,
        @JsonField("Shell") List<String> shell,
        UnknownFields extra) {
    public ContainerConfig {
        exposedPorts = Copies.set(exposedPorts);
        env = Copies.list(env);
        entrypoint = Copies.list(entrypoint);
        cmd = Copies.list(cmd);
        volumes = Copies.set(volumes);
        labels = Copies.map(labels);
        onBuild = Copies.list(onBuild);
        shell = Copies.list(shell);
        user = user.filter(text -> !text.isEmpty());
        workingDir = workingDir.filter(text -> !text.isEmpty());
        stopSignal = stopSignal.filter(text -> !text.isEmpty());
    }

    /** Nothing said. */
    public static ContainerConfig empty() {
        return new ContainerConfig(
                Optional.empty(),
                Set.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                false,
                Optional.empty(),
                List.of(),
                List.of(),
                UnknownFields.none());
    }

    public ContainerConfig withUser(String user) {
        return Records.with(this, "user", user);
    }

    public ContainerConfig withExposedPorts(Set<String> exposedPorts) {
        return Records.with(this, "exposedPorts", exposedPorts);
    }

    public ContainerConfig withEnv(List<String> env) {
        return Records.with(this, "env", env);
    }

    public ContainerConfig withEntrypoint(List<String> entrypoint) {
        return Records.with(this, "entrypoint", entrypoint);
    }

    public ContainerConfig withCmd(List<String> cmd) {
        return Records.with(this, "cmd", cmd);
    }

    public ContainerConfig withVolumes(Set<String> volumes) {
        return Records.with(this, "volumes", volumes);
    }

    public ContainerConfig withWorkingDir(String workingDir) {
        return Records.with(this, "workingDir", workingDir);
    }

    public ContainerConfig withLabels(Map<String, String> labels) {
        return Records.with(this, "labels", labels);
    }

    public ContainerConfig withStopSignal(String stopSignal) {
        return Records.with(this, "stopSignal", stopSignal);
    }

    public ContainerConfig withArgsEscaped(boolean argsEscaped) {
        return Records.with(this, "argsEscaped", argsEscaped);
    }

    public ContainerConfig withHealthcheck(Healthcheck healthcheck) {
        return Records.with(this, "healthcheck", healthcheck);
    }

    public ContainerConfig withOnBuild(List<String> onBuild) {
        return Records.with(this, "onBuild", onBuild);
    }

    public ContainerConfig withShell(List<String> shell) {
        return Records.with(this, "shell", shell);
    }

    /** The environment by name only: values may be secrets. */
    @Override
    public String toString() {
        return "ContainerConfig[user=" + user.orElse("") + ", env="
                + env.stream().map(entry -> entry.split("=", 2)[0]).toList() + ", entrypoint=" + entrypoint + ", cmd="
                + cmd + ", workingDir=" + workingDir.orElse("") + "]";
    }
}
