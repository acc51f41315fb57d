package dev.skiff.run;

import dev.skiff.Mount;
import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.KernelFeatures;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LogLimits;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From a plan to what is asked of the kernel: fills the directory of a container, writes its specification, and starts it. */
final class Launch {
    private static final System.Logger LOG = System.getLogger(Launch.class.getName());
    private static final int HOSTNAME_LENGTH = 12;

    private final String id;
    private final String who;
    private final LinuxHost kernel;
    private final Path mountPoints;
    private final RootImage image;
    private final RunPlan plan;
    private final ContainerDirectory directory;
    private final Optional<Sandbox> sandbox;
    private final String hostname;
    private final Allowance allowance;
    private final NetworkChoice network;

    Launch(
            String id,
            String who,
            LinuxHost kernel,
            Path mountPoints,
            RootImage image,
            RunPlan plan,
            ContainerDirectory directory) {
        this.id = id;
        this.who = who;
        this.kernel = kernel;
        this.mountPoints = mountPoints;
        this.image = image;
        this.plan = plan;
        this.directory = directory;
        this.sandbox = plan.sandbox();
        this.allowance = new Allowance(plan.privileges().mayLack());
        this.network = NetworkChoice.of(who, plan, kernel);
        this.hostname = sandbox.map(Sandbox::hostname).orElse(id.substring(0, HOSTNAME_LENGTH));
    }

    /** A container that the kernel has been asked for, and the way into it. */
    record Launched(LinuxContainer container, Inside inside) {}

    /** Asks for the container; whether it has come up is told by {@link LinuxContainer#started}. */
    Launched start(List<String> command, ImageUser user, WritableLayer top) throws IOException, InterruptedException {
        new VolumeMounts(kernel, mountPoints, image, directory).prepare(plan.mounts());
        EtcFiles.write(directory.etc(), hostname, network, sandbox.isEmpty());
        Optional<MappedUsers> users = MappedUsers.of(who, plan, kernel, directory);
        Spec usual = spec(command, user);
        Spec spec =
                users.map(mapped -> mapped.addTo(usual, shownAsTheyBelong())).orElse(usual);
        LinuxContainer container = kernel.start(request(spec, top, users.isPresent()));
        return new Launched(container, inside(container, spec, top));
    }

    private Set<String> shownAsTheyBelong() {
        Stream<String> etc = EtcFiles.NAMES.stream().map(name -> "/etc/" + name);
        Stream<String> mounts = plan.mounts().stream().filter(Mount::isIdMapped).map(Mount::destination);
        return Stream.concat(etc, mounts).collect(Collectors.toSet());
    }

    private Spec spec(List<String> command, ImageUser user) {
        Spec usual = new SpecWriter(image, plan, hostname, network.usesHost())
                .write(kernel.defaults(), command, user, directory.etc());
        Spec confined = new Confinement(
                        who,
                        plan.privileges(),
                        allowance,
                        kernel.defaults(),
                        () -> KernelFeatures.ofThisHost().securityModules().keySet())
                .write(usual);
        Spec limited = new LimitsWriter(plan.limits(), allowance, kernel).addTo(confined);
        if (!allowance.lacking().isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> who + " goes without " + allowance.lacking() + ", which this host cannot give");
        }
        return limited;
    }

    private ContainerRequest request(Spec spec, WritableLayer top, boolean mapped) throws IOException {
        return new ContainerRequest(
                id,
                spec,
                directory.root(mountPoints, image.layers(), sandbox.flatMap(Sandbox::mountPoints), top, mapped),
                directory.path(),
                plan.ports().stream().map(SpecWriter::published).toList(),
                LogLimits.DEFAULT,
                false,
                sandbox.map(Sandbox::files).orElse(List.of()),
                network.uplink());
    }

    private Inside inside(LinuxContainer container, Spec spec, WritableLayer top) {
        ProcessWriter processes = new ProcessWriter(
                image.config(),
                plan,
                hostname,
                spec.process().orElseThrow(),
                text -> UserDatabase.of(new WrittenFiles(kernel, top, image.files()))
                        .resolve(text));
        return new Inside(
                container,
                kernel,
                processes,
                () -> kernel.tree(directory.view(mountPoints, image.layers(), top)),
                () -> network.addTo(
                        IsolationReport.of(spec, plan.privileges(), allowance.lacking(), HostTraits.of(kernel)),
                        container));
    }
}
