package dev.skiff.linux;

import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.Delegation;
import dev.skiff.linux.cgroup.Group;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.cgroup.ScopeName;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.systemd.Systemd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The scope of systemd that one container is created in. systemd makes one around a process and removes it with the last: somebody
 * holds it, in a group of its own below, until the container is there.
 */
final class OciScope implements AutoCloseable {
    private static final String HOLDER = "skiff-holder";
    private static final String CONTAINER = "container";
    private static final long MEMORY = Program.CODE_BYTES + 4096L;

    private final Agent holder;
    private final Path leaf;
    private final String cgroupsPath;

    private OciScope(Agent holder, Path mount, Path scope) {
        this.holder = holder;
        this.leaf = scope.resolve(HOLDER);
        this.cgroupsPath = "/" + mount.relativize(scope.resolve(CONTAINER));
    }

    /**
     * Has it made.
     *
     * @throws IllegalArgumentException if there is nobody to make it, or its name is none
     */
    static OciScope make(LinuxHost host, Optional<Systemd> systemd, ScopeName name) {
        Systemd asked = systemd.orElseThrow(() -> new IllegalArgumentException("control group " + name.unit()
                + " by systemd: this host, or this user's session, is not run by one (/run/systemd/system and its bus);"
                + " with Podman, give --cgroup-manager=cgroupfs"));
        Path mount = host.facts()
                .groups()
                .unifiedMount()
                .orElseThrow(() -> new IllegalArgumentException("control group " + name.unit()
                        + " by systemd: no cgroup version 2 is mounted here that this user may use"));
        Agent holder = host.root().forkAgent(MEMORY);
        try {
            Path scope = new Delegation(asked, holder.pid(), Path.of("/proc")).scope(mount, name);
            OciScope made = new OciScope(holder, mount, scope);
            made.hold();
            return made;
        } catch (RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    /** A group that hands controllers down may have no process of its own: cgroups(7). */
    private void hold() {
        try {
            Files.createDirectory(leaf);
            byte[] pid = Long.toString(holder.pid()).getBytes(StandardCharsets.US_ASCII);
            Files.write(leaf.resolve("cgroup.procs"), pid, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("make room for a container in " + leaf.getParent(), e);
        }
    }

    /** Where the container's groups are, from the mount of each hierarchy. */
    String cgroupsPath() {
        return cgroupsPath;
    }

    /** Lets the scope go: it lasts as long as the container. */
    @Override
    public void close() {
        holder.close();
        Group held = new Group(true, leaf, Set.of(), List.of(), List.of());
        new ContainerGroups(new GroupPlan(List.of(held), List.of(), Optional.empty()))
                .destroy()
                .ifPresent(remains -> {
                    throw new IllegalStateException("leave the scope of a container: " + remains);
                });
    }
}
