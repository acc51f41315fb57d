package dev.skiff.build;

import dev.skiff.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whether commands for another platform can be run here: the kernel starts foreign programs if an emulator is registered for them
 * (binfmt_misc), and opened beforehand, for inside the image it is not to be found.
 */
final class ForeignPlatform {
    private static final Map<String, String> EMULATORS = Map.of(
            "amd64", "x86_64",
            "386", "i386",
            "arm64", "aarch64",
            "arm", "arm",
            "riscv64", "riscv64",
            "ppc64le", "ppc64le",
            "s390x", "s390x",
            "loong64", "loongarch64",
            "mips64le", "mips64el");

    private final Platform here;
    private final Path registered;

    /** @param registered the directory where the kernel lists emulators */
    ForeignPlatform(Platform here, Path registered) {
        this.here = here;
        this.registered = registered;
    }

    static ForeignPlatform ofThisHost() {
        return new ForeignPlatform(Platform.host(), Path.of("/proc/sys/fs/binfmt_misc"));
    }

    /** Why a command for this platform cannot be run, and what to do about it; nothing if it can. */
    Optional<String> whyNot(Platform platform) {
        if (isLinux(platform) && runsOnThisProcessor(platform.architecture())) {
            return Optional.empty();
        }
        String problem = "RUN of a program for " + platform + " cannot be done on " + here;
        if (!isLinux(platform)) {
            return Optional.of(problem + "; build it on such a machine");
        }
        if (isRegistered(platform)) {
            return Optional.empty();
        }
        return Optional.of(
                problem + ": no emulator is registered with binfmt_misc and its flag F; install"
                        + " qemu-user-static, or have the work done in a stage FROM --platform=$BUILDPLATFORM and copy from it");
    }

    /** Of whatever variant: it may well run. So does what is for 386, on all kernels but those that were told otherwise. */
    private boolean runsOnThisProcessor(String architecture) {
        return here.architecture().equals(architecture)
                || (here.architecture().equals("amd64") && architecture.equals("386"));
    }

    private static boolean isLinux(Platform platform) {
        return platform.os().equals("linux");
    }

    private boolean isRegistered(Platform platform) {
        String emulator = "qemu-" + EMULATORS.getOrDefault(platform.architecture(), platform.architecture());
        try {
            String entry = Files.readString(registered.resolve(emulator));
            return entry.lines().anyMatch("enabled"::equals)
                    && entry.lines().anyMatch(line -> line.startsWith("flags:") && line.contains("F"));
        } catch (IOException none) {
            return false;
        }
    }
}
