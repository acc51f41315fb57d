package dev.skiff.linux.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network for a test alone, with an address and a default route that lead nowhere else: what containers reach through an uplink is
 * in there, and not on this machine's network. A JVM of its own runs in it.
 */
public final class OwnNetwork {
    /** Of TEST-NET-2 (RFC 5737), and of nobody else. */
    public static final String ADDRESS = "198.51.100.1";

    /** An id that /etc/subuid lends nothing to: in a user namespace that has one id, there is nothing to lend. */
    private static final String NOBODY_KNOWN = "64999";

    private static final String SCRIPT = String.join(
            "\n",
            "set -e",
            "resolver=$1; shift",
            "ip link set lo up",
            "ip link add outside type veth peer name beyond",
            "ip link set outside up",
            "ip link set beyond up",
            "ip addr add " + ADDRESS + "/24 dev outside",
            "ip route add default via 198.51.100.254",
            "echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start",
            "mount --bind \"$resolver\" /etc/resolv.conf",
            "exec \"$@\"");

    private OwnNetwork() {}

    /** Runs the main method of that class in such a network, as root or an ordinary user as this JVM is, and waits for its end. */
    public static Ended run(Path directory, Class<?> main, String... args) throws Exception {
        Path output = Files.createTempFile(directory, "own-network", ".out");
        Process process = start(directory, main, args)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        return new Ended(status, Files.readString(output, StandardCharsets.ISO_8859_1));
    }

    /** How a JVM ended, and what it said. */
    public record Ended(int status, String output) {}

    /** The same, to be started. */
    public static ProcessBuilder start(Path directory, Class<?> main, String... args) throws IOException {
        Path resolver = Files.writeString(directory.resolve("resolv.conf"), "nameserver 127.0.0.1\n");
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> command = new ArrayList<>(List.of("unshare", root ? "-nm" : "-rnm", "sh", "-c", SCRIPT, "sh"));
        command.add(resolver.toString());
        if (!root) {
            command.addAll(List.of("unshare", "-U", "--map-user=" + NOBODY_KNOWN, "--map-group=" + NOBODY_KNOWN));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-ea", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }

    /** Answers each connection to that address with a text; at a port that is free. */
    public static ServerSocket serve(String address, String text) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName(address));
        Thread thread = new Thread(() -> answer(server, text), "server at " + address);
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private static void answer(ServerSocket server, String text) {
        while (!server.isClosed()) {
            answerOne(server, text);
        }
    }

    private static void answerOne(ServerSocket server, String text) {
        try (Socket caller = server.accept()) {
            caller.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return; // that caller has gone, or we are closed
        }
    }
}
