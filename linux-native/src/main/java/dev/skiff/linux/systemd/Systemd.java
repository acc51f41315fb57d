package dev.skiff.linux.systemd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The systemd that runs a host, or a user's session, where there is one: it hands over a part of its tree of control groups when it
 * is asked ("Control Group APIs and Delegation").
 *
 * @param socket of the bus that it listens at
 * @param user who asks
 */
public record Systemd(Path socket, int user) {
    private static final Path BOOTED = Path.of("/run/systemd/system"); // sd_booted(3)
    private static final String ADDRESS = "unix:path=";
    private static final String MANAGER = "org.freedesktop.systemd1";

    /** The one of this user: root's is the host's. */
    public static Optional<Systemd> find(int user) {
        return Files.isDirectory(BOOTED) ? find(user, System.getenv(), Path.of("/run")) : Optional.empty();
    }

    static Optional<Systemd> find(int user, Map<String, String> environment, Path run) {
        Path socket = user == 0
                ? run.resolve("dbus/system_bus_socket")
                : session(environment).orElse(run.resolve("user/" + user + "/bus"));
        return Files.exists(socket) ? Optional.of(new Systemd(socket, user)) : Optional.empty();
    }

    /** DBUS_SESSION_BUS_ADDRESS, such as {@code unix:path=/run/user/1000/bus,guid=12}; else XDG_RUNTIME_DIR. */
    private static Optional<Path> session(Map<String, String> environment) {
        String address = environment.getOrDefault("DBUS_SESSION_BUS_ADDRESS", "");
        if (address.startsWith(ADDRESS)) {
            return Optional.of(Path.of(address.substring(ADDRESS.length()).split("[,;]", -1)[0]));
        }
        return Optional.ofNullable(environment.get("XDG_RUNTIME_DIR")).map(directory -> Path.of(directory, "bus"));
    }

    /**
     * Has that process moved to a delegated scope of its own, which ends with the last process in it. It is there soon after this
     * returns.
     *
     * @param scope its name, which ends in {@code .scope}
     * @param slice that it is to be in, if that is not systemd's choice
     */
    public void delegate(String scope, Optional<String> slice, long process) {
        BusWriter body = new BusWriter().text(scope).text("fail");
        body.array(8, properties -> {
            property(properties, "Description", "s").text("Containers of a Java program");
            slice.ifPresent(name -> property(properties, "Slice", "s").text(name));
            property(properties, "Delegate", "b").number(1);
            property(properties, "DefaultDependencies", "b").number(0);
            property(properties, "PIDs", "au").array(4, pids -> pids.number((int) process));
        });
        body.array(8, none -> {});
        try (Bus bus = Bus.connect(socket, user)) {
            bus.call(
                    "/org/freedesktop/systemd1",
                    MANAGER,
                    MANAGER + ".Manager",
                    "StartTransientUnit",
                    "ssa(sv)a(sa(sv))",
                    body);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "ask systemd at " + socket + " for the delegated control group " + scope + ": " + e.getMessage(),
                    e);
        }
    }

    private static BusWriter property(BusWriter properties, String name, String signature) {
        return properties.align(8).text(name).signature(signature);
    }
}
