package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.O_DIRECTORY;
import static dev.skiff.linux.container.Flags.O_NOFOLLOW;
import static dev.skiff.linux.container.Flags.O_PATH;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
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

    Devices(Assembly to) {
        this.to = to;
        this.program = to.program;
        this.dev = program.register("/dev");
        this.nothing = program.register("/dev/null");
    }

    private static Device device(String name, long major, long minor) {
        return Device.of("/dev/" + name, DeviceType.CHARACTER, major, minor);
    }

    /** Leaves the container's own /dev/null open, proven to be that device. */
    Register add(List<Device> more) {
        program.purpose("make the devices", "/dev in the image must be a directory and no link");
        to.openBelow(to.root, "dev", O_PATH | O_DIRECTORY).into(dev);
        DEFAULT.forEach(this::make);
        more.forEach(this::make);
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
        if (!path.parent().equals(RawPath.of("dev"))) {
            throw new IllegalArgumentException(
                    "device " + device.path() + ": only names right below /dev are supported");
        }
        String name = path.name().toString();
        if (to.rootless && device.type() != DeviceType.FIFO) {
            bind(device.path(), name);
            return;
        }
        Arg.Address at = program.string(name);
        program.call(
                "mknodat",
                dev,
                at,
                Arg.octal(type(device) | device.fileMode().orElse(0666)),
                Arg.named(
                        "makedev(" + device.major().orElse(0L) + ", "
                                + device.minor().orElse(0L) + ")",
                        number(device.major().orElse(0L), device.minor().orElse(0L))));
        if (device.uid().isPresent() || device.gid().isPresent()) {
            program.call(
                    "fchownat",
                    dev,
                    at,
                    Arg.of(device.uid().orElse(0)),
                    Arg.of(device.gid().orElse(0)),
                    Arg.named("AT_SYMLINK_NOFOLLOW", Flags.AT_SYMLINK_NOFOLLOW));
        }
    }

    /** In a user namespace a device cannot be made, but the host's can be shown. */
    private void bind(String path, String name) {
        Register file = program.register(name);
        int create = Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | O_NOFOLLOW | Flags.O_CLOEXEC;
        program.call(
                        "openat",
                        dev,
                        program.string(name),
                        Arg.named("O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC", create),
                        Arg.octal(0666))
                .into(file);
        Register device = program.register("the host's " + name);
        to.cloneHostTree(path, false).into(device);
        to.attach(device, file);
        program.call("close", device);
        program.call("close", file);
    }

    /** Masks are made of this file, so it has to be what it is called (CVE-2025-31133). */
    private void openNull() {
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
        program.expect(facts.plus(Statx.RDEV_MAJOR, "stx_rdev_major"), 4, 0xffffffffL, 1, Errno.ENODEV.number());
        program.expect(facts.plus(Statx.RDEV_MINOR, "stx_rdev_minor"), 4, 0xffffffffL, 3, Errno.ENODEV.number());
    }

    private static int type(Device device) {
        if (device.type() == DeviceType.FIFO) {
            return Flags.S_IFIFO;
        }
        return device.type() == DeviceType.BLOCK ? Flags.S_IFBLK : Flags.S_IFCHR;
    }

    /** A device number as the kernel takes it: makedev(3). */
    private static long number(long major, long minor) {
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    }
}
