package dev.skiff.run;

import com.google.common.base.Suppliers;
import dev.skiff.HostCheck;
import dev.skiff.HostReport;
import dev.skiff.HostUnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where containers write: a file system that overlayfs takes as its upper layer. Overlayfs itself is none, and that is what the root of
 * a container is, so a JVM in one has to be given something else. There is no other way then: what stands for a removed file cannot be
 * made on an overlay either (a character device 0:0, which the kernel keeps to itself there), so not every image could even lie there.
 */
final class Place {
    private final Path home;
    private final Supplier<Optional<String>> type = Suppliers.memoize(this::look); // it is asked at each start

    Place(Path home) {
        this.home = home;
    }

    /** What is wrong with it. */
    Optional<HostCheck> problem() {
        return type.get()
                .filter("overlay"::equals)
                .map(type -> new HostCheck(
                        "place for layers",
                        HostCheck.Result.MISSING,
                        home
                                + " is on an overlay, as all of a container is, and that cannot be the upper layer of another",
                        "set SKIFF_HOME, or store(...), to a directory on ext4, xfs, btrfs or tmpfs: inside of a container, mount a"
                                + " volume or a tmpfs there"));
    }

    private Optional<String> look() {
        try {
            return Optional.of(Files.getFileStore(home).type());
        } catch (IOException e) {
            return Optional.empty(); // what is wrong there will be found by whoever uses it
        }
    }

    /** @throws HostUnsupportedException before anything is done in vain */
    void check(String work) {
        problem().ifPresent(check -> {
            throw new HostUnsupportedException(work, new HostReport(List.of(check)), null);
        });
    }
}
