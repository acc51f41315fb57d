package dev.skiff.run;

import dev.skiff.Port;
import dev.skiff.linux.ContainerDefaults;
import dev.skiff.linux.PublishedPort;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** From what image and caller say to a runtime specification. */
final class SpecWriter {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] EVERYWHERE = {0, 0, 0, 0};

    private final RootImage image;
    private final RunPlan plan;
    private final String hostname;
    private final boolean hostNetwork;

    SpecWriter(RootImage image, RunPlan plan, String hostname, boolean hostNetwork) {
        this.image = image;
        this.plan = plan;
        this.hostname = hostname;
        this.hostNetwork = hostNetwork;
    }

    Spec write(ContainerDefaults defaults, List<String> command, ImageUser user, Path etc) {
        ContainerConfig config = image.config();
        Spec spec = defaults.spec(command, hostNetwork).withHostname(hostname);
        spec = spec.withProcess(spec.process()
                .orElseThrow()
                .withEnv(Environment.of(config, plan.env(), environmentHostname(), user.home()))
                .withCwd(absolute(plan.workdir().or(config::workingDir).orElse("/")))
                .withUser(user.inNumbers())
                .withNoNewPrivileges(plan.noNewPrivileges()));
        if (plan.readOnly()) {
            spec = spec.withRoot(Root.of("rootfs").withReadonly(true));
        }
        for (String name : EtcFiles.NAMES) {
            spec = spec.plusMount(Mount.bind(etc.resolve(name).toString(), "/etc/" + name));
        }
        for (dev.skiff.Mount mount : plan.mounts()) {
            Mount bind = Mount.bind(mount.source().toString(), mount.destination());
            spec = spec.plusMount(mount.isReadOnly() ? bind.plusOptions("ro") : bind);
        }
        for (Mount mount : plan.sandbox().map(Sandbox::mounts).orElse(List.of())) {
            spec = spec.plusMount(mount);
        }
        return spec;
    }

    /** A step of a build has no variable that the Dockerfile does not give it, but PATH and HOME. */
    private Optional<String> environmentHostname() {
        return plan.sandbox().isPresent() ? Optional.empty() : Optional.of(hostname);
    }

    static String absolute(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }

    static PublishedPort published(Port port) {
        try {
            InetAddress address = InetAddress.getByAddress(port.allInterfaces() ? EVERYWHERE : LOOPBACK);
            return new PublishedPort(
                    new InetSocketAddress(address, port.hostPort().orElse(0)), port.containerPort());
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }
}
