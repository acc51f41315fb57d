package dev.skiff.linux;

import java.net.InetSocketAddress;

/**
 * A TCP port of a container that is reachable at an address of the host.
 *
 * @param host where to listen; port 0 takes a free one
 * @param containerPort where the container's program listens, on its own loopback or on all its interfaces
 */
public record PublishedPort(InetSocketAddress host, int containerPort) {
    private static final int HIGHEST = 65535;

    public PublishedPort {
        if (containerPort < 1 || containerPort > HIGHEST) {
            throw new IllegalArgumentException("container port " + containerPort + " is not from 1 to " + HIGHEST);
        }
        if (host.isUnresolved()) {
            throw new IllegalArgumentException("host address " + host + " has not been resolved");
        }
    }
}
