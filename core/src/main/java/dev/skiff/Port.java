package dev.skiff;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * A port of a container that the host passes connections on to. By default it has a free port of the host, and only the
 * host itself can reach it; each further step opens that up, and is a new value:
 *
 * <pre>{@code
 * Run web = Containers.run(image).publish(Port.tcp(3000).onHost(8080).onAllInterfaces());
 * }</pre>
 */
@CheckReturnValue
public final class Port {
    private static final int FREE = 0;

    private final int containerPort;
    private final int hostPort;
    private final boolean allInterfaces;

    private Port(int containerPort, int hostPort, boolean allInterfaces) {
        this.containerPort = containerPort;
        this.hostPort = hostPort;
        this.allInterfaces = allInterfaces;
    }

    /**
     * A TCP port that the container listens on.
     *
     * @throws IllegalArgumentException unless it is 1 to 65535
     */
    public static Port tcp(int containerPort) {
        return new Port(Ports.check(containerPort, "containerPort"), FREE, false);
    }

    /**
     * At this port of the host, which must be free when the container starts.
     *
     * @throws IllegalArgumentException unless it is 1 to 65535
     */
    public Port onHost(int port) {
        return new Port(containerPort, Ports.check(port, "port"), allInterfaces);
    }

    /** Reachable from other machines: every address of the host is listened on, not only {@code 127.0.0.1}. */
    public Port onAllInterfaces() {
        return new Port(containerPort, hostPort, true);
    }

    /** The port that the container listens on. */
    public int containerPort() {
        return containerPort;
    }

    /** The port of the host; empty for one that is free. */
    public OptionalInt hostPort() {
        return hostPort == FREE ? OptionalInt.empty() : OptionalInt.of(hostPort);
    }

    /** Whether other machines can reach it. */
    public boolean allInterfaces() {
        return allInterfaces;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Port port
                && containerPort == port.containerPort
                && hostPort == port.hostPort
                && allInterfaces == port.allInterfaces;
    }

    @Override
    public int hashCode() {
        return Objects.hash(containerPort, hostPort, allInterfaces);
    }

    /** As {@code docker ps} writes it: {@code 127.0.0.1:8080->3000/tcp}. */
    @Override
    public String toString() {
        String address = allInterfaces ? "0.0.0.0" : "127.0.0.1";
        return address + ":" + (hostPort == FREE ? "free" : hostPort) + "->" + containerPort + "/tcp";
    }
}
