package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A host's hierarchies as plain directories, with the files that are looked at; recorded from hosts of each kind. */
final class FakeHost {
    private final Path base;
    private final List<String> mounts = new ArrayList<>(List.of("22 1 0:21 / /proc rw,relatime - proc proc rw"));
    private final List<String> groups = new ArrayList<>();

    FakeHost(Path base) {
        this.base = base;
    }

    /** Version 1's controllers, mounted together; {@code root} is the part of the hierarchy that is mounted. */
    FakeHost legacy(String controllers, String root, String own) {
        Path mount = base.resolve(controllers);
        write(mount.resolve("tasks"), "");
        make(own(mount, root, own));
        mounts.add("30 22 0:3 " + root + " " + mount + " rw,nosuid shared:9 - cgroup cgroup rw," + controllers);
        groups.add((groups.size() + 1) + ":" + controllers + ":" + own);
        return this;
    }

    FakeHost named(String name) {
        mounts.add("31 22 0:4 / " + base.resolve(name) + " rw - cgroup cgroup rw,xattr,name=" + name);
        groups.add((groups.size() + 1) + ":name=" + name + ":/");
        return this;
    }

    /** Version 2; {@code namespace} says whether what is mounted is not the true root of the hierarchy. */
    FakeHost unified(String controllers, String own, boolean namespace) {
        Path mount = base.resolve("unified");
        group(mount, controllers);
        if (namespace) {
            write(mount.resolve("cgroup.type"), "domain\n");
        }
        Path group = own(mount, "/", own);
        if (!group.equals(mount)) {
            group(group, controllers);
            write(group.resolve("cgroup.type"), "domain\n");
        }
        mounts.add("32 22 0:5 / " + mount + " rw,nosuid - cgroup2 cgroup2 rw,nsdelegate");
        groups.add("0::" + own);
        return this;
    }

    /** Version 2 on a host where the group of this process is not its own to divide: files that cannot be written to are not there. */
    FakeHost session(String controllers, String own) throws IOException {
        unified(controllers, own, false);
        Files.delete(unified().resolve(own.substring(1)).resolve("cgroup.subtree_control"));
        return this;
    }

    /** One more group. */
    void add(String path, String controllers) {
        Path group = unified().resolve(path.substring(1));
        group(group, controllers);
        write(group.resolve("cgroup.type"), "domain\n");
    }

    private static void group(Path group, String controllers) {
        write(group.resolve("cgroup.controllers"), controllers + "\n");
        write(group.resolve("cgroup.subtree_control"), "");
        write(group.resolve("cgroup.procs"), "");
    }

    private static Path own(Path mount, String root, String own) {
        return mount.resolve(Path.of(root).relativize(Path.of(own))).normalize();
    }

    Path unified() {
        return base.resolve("unified");
    }

    Path legacy(String controllers) {
        return base.resolve(controllers);
    }

    String mountInfo() {
        return String.join("\n", mounts) + "\n";
    }

    String membership() {
        return String.join("\n", groups) + "\n";
    }

    ControlGroups asRoot() {
        return ControlGroups.of(mountInfo(), membership(), true, true, Optional.empty());
    }

    ControlGroups asUser() {
        return ControlGroups.of(mountInfo(), membership(), false, false, Optional.empty());
    }

    static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String content) {
        make(file.getParent());
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
