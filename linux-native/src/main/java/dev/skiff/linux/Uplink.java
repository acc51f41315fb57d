package dev.skiff.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A container's way out of its own network that takes no rights on the host: a program that answers for all the world at an
 * interface in there, and makes the container's connections and datagrams an ordinary process's own. Addresses are the same whichever
 * program it is. It runs outside of the container, in a sandbox of its own making, and ends with the container.
 *
 * @param kind which program
 * @param program where it is
 * @param reachesHost whether the host's own loopback interface is to be reached, at {@link #GATEWAY}
 * @param required whether the container is not to start without it; otherwise {@link LinuxContainer#uplinkFailure} tells
 */
public record Uplink(Kind kind, Path program, boolean reachesHost, boolean required) {
    /** What the container takes for its router; with {@link #reachesHost}, it is the host's loopback interface. */
    public static final String GATEWAY = "10.0.2.2";

    /** A name server for containers of hosts whose own is at their loopback interface. */
    public static final String NAME_SERVER = "10.0.2.3";

    private static final String ADDRESS = "10.0.2.100";
    private static final String INTERFACE = "eth0";
    private static final String MTU = "65520"; // what both take at most; what is sent to the world is another matter

    /** The programs that we know how to use. */
    public enum Kind {
        /** pasta(1), of the package passt. */
        PASTA("pasta"),
        /** slirp4netns(1). */
        SLIRP4NETNS("slirp4netns");

        private final String command;

        Kind(String command) {
            this.command = command;
        }

        /** The name of the program. */
        public String command() {
            return command;
        }
    }

    /** The same, to the host's loopback interface as well. */
    public Uplink reachingHost() {
        return new Uplink(kind, program, true, required);
    }

    /** The same, without which the container does not start. */
    public Uplink asRequired() {
        return new Uplink(kind, program, reachesHost, true);
    }

    /**
     * What it is executed with. The network comes as a descriptor, which means the same namespace whatever has become of who made
     * it: pasta's standard input, slirp4netns's output. That it is ready the one writes to its output, the other to its input. Only
     * the standard streams are there to be used: a newer pasta closes all others before it looks.
     *
     * @param root whether this JVM is the host's root; pasta would become nobody then, who may not enter the network
     */
    public List<String> arguments(boolean root) {
        return switch (kind) {
            case PASTA -> pasta(root);
            case SLIRP4NETNS -> slirp4netns();
        };
    }

    private List<String> pasta(boolean root) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of("--foreground", "--quiet", "--config-net", "--no-netns-quit"));
        words.addAll(List.of("--no-dhcp", "--no-dhcpv6", "--no-ra")); // the interface is set up from outside
        words.addAll(List.of("--ns-ifname", INTERFACE, "--mtu", MTU, "--address", ADDRESS, "--netmask", "24"));
        words.addAll(List.of("--gateway", GATEWAY, "--dns-forward", NAME_SERVER));
        // no port is forwarded either way: by default, all that listen are
        words.addAll(List.of("--tcp-ports", "none", "--udp-ports", "none", "--tcp-ns", "none", "--udp-ns", "none"));
        if (!reachesHost) {
            words.add("--no-map-gw");
        }
        if (root) {
            words.addAll(List.of("--runas", "0"));
        }
        words.addAll(List.of("--pid", "/proc/self/fd/1", "--netns", "/proc/self/fd/0"));
        return words;
    }

    private List<String> slirp4netns() {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of("--configure", "--mtu=" + MTU, "--enable-sandbox", "--enable-seccomp"));
        if (!reachesHost) {
            words.add("--disable-host-loopback");
        }
        words.addAll(List.of("--ready-fd=0", "--netns-type=path", "/proc/self/fd/1", INTERFACE));
        return words;
    }
}
