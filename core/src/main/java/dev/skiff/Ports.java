package dev.skiff;

/** What is a port number. */
final class Ports {
    private Ports() {}

    static int check(int port, String name) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be 1 to 65535, got " + port);
        }
        return port;
    }
}
