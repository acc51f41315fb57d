package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.O_NOFOLLOW;
import static dev.skiff.linux.container.Flags.O_PATH;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceType;
import java.util.List;
import java.util.Map;

/** Fills /dev with the devices and links that every container has (runtime-spec, config-linux.md, "Default Devices"). */
final class Devices {
    private static final List<Device> DEFAULT = List.of(
            device("null", 1, 3),
            device("zero", 1, 5),
            device("full", 1, 7),
            device("random", 1, 8),
            device("urandom", 1, 9),
            device("tty", 5, 0));

    private static final Map<String, String> LINKS = Map.of(
            "fd", "/proc/self/fd",
            "stdin", "/proc/self/fd/0",
            "stdout", "/proc/self/fd/1",
            "stderr", "/proc/self/fd/2",
            "core", "/proc/kcore",
            "ptmx", "pts/ptmx");

    private final Assembly to;
    private final Program program;
    private final Register dev;
    private final Register nothing;
    private final Register folder;
    private final Register file;
    private final Register source;

    Devices(Assembly to) {
        this.to = to;
        this.program = to.program;
        this.dev = program.register("/dev");
        this.nothing = program.register("/dev/null");
        this.folder = program.register("the device's folder");
        this.file = program.register("the device");
        this.source = program.register("the host's device");
    }

    private static Device device(String name, long major, long minor) {
        return Device.of("/dev/" + name, DeviceType.CHARACTER, major, minor);
    }

    /** Leaves the container's own /dev/null open, proven to be that device. */
    Register add(List<Device> more) {
        program.purpose("make the devices", "/dev in the image must be a directory and no link");
        to.openRealDirectory("dev", dev);
        List<String> named = more.stream().map(Device::path).toList();
        DEFAULT.stream().filter(device -> !named.contains(device.path())).forEach(this::make);
        more.forEach(this::make);
        program.purpose("link the devices");
        LINKS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(link -> program.call(
                                "symlinkat", program.string(link.getValue()), dev, program.string(link.getKey()))
                        .allow(Errno.EEXIST));
        openNull();
        return nothing;
    }

    private void make(Device device) {
        RawPath path = RawPath.of(device.path());
        program.purpose("make the device " + device.path(), "/dev in the image must be a directory and no link");
        if (path.isRoot()) {
            throw new IllegalArgumentException("a device cannot be the root");
        }
        if (path.parent().equals(RawPath.of("dev"))) {
            make(device, dev, path.name().toString());
            return;
        }
        if (path.parent().isRoot()) {
            make(device, to.root, path.name().toString());
            return;
        }
        to.openDirectory(path.parent(), folder);
        make(device, folder, path.name().toString());
        program.call("close", folder);
    }

    private void make(Device device, Register directory, String name) {
        if (to.inUserNamespace && device.type() != DeviceType.FIFO) {
            bind(device, directory, name);
            return;
        }
        Arg.Address at = program.string(name);
        Label there = program.label();
        Label done = program.label();
        program.call(
                        "mknodat",
                        directory,
                        at,
                        Arg.octal(type(device) | device.fileMode().orElse(0666)),
                        Arg.named(
                                "makedev(" + device.major().orElse(0L) + ", "
                                        + device.minor().orElse(0L) + ")",
                                number(device.major().orElse(0L), device.minor().orElse(0L))))
                .allow(Errno.EEXIST)
                .orElse(there);
        if (device.uid().isPresent() || device.gid().isPresent()) {
            program.call(
                    "fchownat",
                    directory,
                    at,
                    Arg.of(device.uid().orElse(0)),
                    Arg.of(device.gid().orElse(0)),
                    Arg.named("AT_SYMLINK_NOFOLLOW", Flags.AT_SYMLINK_NOFOLLOW));
        }
        program.jump(done);
        program.place(there);
        expect(device, directory, at);
        program.place(done);
    }

    /** What is there already has to be what is asked for (config-linux.md, "Devices"). */
    private void expect(Device device, Register directory, Arg.Address name) {
        Arg.Address facts = program.reserve(Statx.BYTES, "facts");
        program.call(
                "statx",
                directory,
                name,
                Arg.named("AT_SYMLINK_NOFOLLOW", Flags.AT_SYMLINK_NOFOLLOW),
                Arg.named("STATX_BASIC_STATS", Statx.BASIC),
                facts);
        int exists = Errno.EEXIST.number();
        program.expect(facts.plus(Statx.MODE, "stx_mode"), 2, Flags.S_IFMT, type(device), exists);
        if (device.type() != DeviceType.FIFO) {
            expectNumber(facts, device.major().orElse(0L), device.minor().orElse(0L), exists);
        }
    }

    private void expectNumber(Arg.Address facts, long major, long minor, int error) {
        program.expect(facts.plus(Statx.RDEV_MAJOR, "stx_rdev_major"), 4, 0xffffffffL, major, error);
        program.expect(facts.plus(Statx.RDEV_MINOR, "stx_rdev_minor"), 4, 0xffffffffL, minor, error);
    }

    /** In a user namespace a device cannot be made, but the host's of that name can be shown, if it is the same. */
    private void bind(Device device, Register directory, String name) {
        Arg.Address at = program.string(name);
        Label there = program.label();
        Label done = program.label();
        program.call(
                        "openat",
                        directory,
                        at,
                        Arg.named(
                                "O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC",
                                Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | O_NOFOLLOW | Flags.O_CLOEXEC),
                        Arg.octal(0666))
                .into(file)
                .allow(Errno.EEXIST)
                .orElse(there);
        to.cloneHostTree(device.path(), false).into(source);
        Arg.Address facts = program.reserve(Statx.BYTES, "facts");
        program.call(
                "statx",
                source,
                to.empty,
                Arg.named("AT_EMPTY_PATH", Flags.AT_EMPTY_PATH),
                Arg.named("STATX_BASIC_STATS", Statx.BASIC),
                facts);
        int wrong = Errno.ENODEV.number();
        program.expect(facts.plus(Statx.MODE, "stx_mode"), 2, Flags.S_IFMT, type(device), wrong);
        expectNumber(facts, device.major().orElse(0L), device.minor().orElse(0L), wrong);
        to.attach(source, file);
        program.call("close", source);
        program.call("close", file);
        program.jump(done);
        program.place(there);
        expect(device, directory, at);
        program.place(done);
    }

    /** Masks are made of this file, so it has to be what it is called (CVE-2025-31133). */
    private void openNull() {
        program.purpose("see that /dev/null is what it is called");
        program.call(
                        "openat",
                        dev,
                        program.string("null"),
                        Arg.named("O_PATH|O_NOFOLLOW|O_CLOEXEC", O_PATH | O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(nothing);
        Arg.Address facts = program.reserve(Statx.BYTES, "facts");
        program.call(
                "statx",
                nothing,
                to.empty,
                Arg.named("AT_EMPTY_PATH", Flags.AT_EMPTY_PATH),
                Arg.named("STATX_BASIC_STATS", Statx.BASIC),
                facts);
        program.expect(facts.plus(Statx.MODE, "stx_mode"), 2, Flags.S_IFMT, Flags.S_IFCHR, Errno.ENODEV.number());
        expectNumber(facts, 1, 3, Errno.ENODEV.number());
    }

    private static int type(Device device) {
        if (device.type() == DeviceType.FIFO) {
            return Flags.S_IFIFO;
        }
        return device.type() == DeviceType.BLOCK ? Flags.S_IFBLK : Flags.S_IFCHR;
    }

    /** A device number as the kernel takes it: makedev(3). */
    static long number(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    }
}
