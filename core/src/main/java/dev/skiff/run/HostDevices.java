package dev.skiff.run;

import dev.skiff.StartException;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Devices of the host that a container is let have. */
final class HostDevices {
    private static final Path DEV = Path.of("/dev");
    private static final Set<String> STANDARD =
            Set.of("null", "zero", "full", "random", "urandom", "tty", "console", "ptmx");
    private static final int TYPE = 0170000;
    private static final int BLOCK = 0060000;
    private static final int CHARACTER = 0020000;

    private final String who;

    HostDevices(String who) {
        this.who = who;
    }

    /** @throws StartException for one that this host does not have */
    List<Device> of(Privileges privileges) {
        List<Device> devices = new ArrayList<>();
        for (Path path : privileges.devices()) {
            devices.add(device(path));
        }
        if (privileges.everything()) {
            everyOther(devices);
        }
        return devices;
    }

    private void everyOther(List<Device> devices) {
        Set<String> there = Set.copyOf(devices.stream().map(Device::path).toList());
        try (Stream<Path> files = Files.list(DEV)) {
            files.sorted()
                    .filter(path -> !STANDARD.contains(path.getFileName().toString()))
                    .filter(path -> !there.contains(path.toString()))
                    .filter(HostDevices::isDevice)
                    .forEach(path -> devices.add(device(path)));
        } catch (IOException e) {
            throw new StartException(who + ": list the devices of this host: " + e.getMessage(), e);
        }
    }

    private static boolean isDevice(Path path) {
        return !Files.isSymbolicLink(path) && !Files.isDirectory(path) && !Files.isRegularFile(path) && isNode(path);
    }

    private static boolean isNode(Path path) {
        try {
            int type = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE;
            return type == BLOCK || type == CHARACTER;
        } catch (IOException gone) {
            return false;
        }
    }

    private Device device(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode");
            int type = mode & TYPE;
            if (type != BLOCK && type != CHARACTER) {
                throw new StartException(who + ": device " + path + ": this is no device of this host", null);
            }
            long rdev = (long) Files.getAttribute(path, "unix:rdev");
            return Device.of(
                            path.toString(),
                            type == BLOCK ? DeviceType.BLOCK : DeviceType.CHARACTER,
                            major(rdev),
                            minor(rdev))
                    .withFileMode(mode & 0777);
        } catch (IOException e) {
            throw new StartException(who + ": device " + path + ": this host does not have it", e);
        }
    }

    /** As the kernel's new_decode_dev has it: makedev(3). */
    private static long major(long rdev) {
        return (rdev >> 8 & 0xfff) | (rdev >> 32 & ~0xfffL);
    }

    private static long minor(long rdev) {
        return (rdev & 0xff) | (rdev >> 12 & ~0xffL);
    }
}
