package dev.skiff.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The class of service that a container's processes are in: a directory of resctrl, with a share of caches and memory bandwidth
 * (Documentation/filesystems/resctrl.rst).
 *
 * @param own whether it is made for the container, and goes with it
 * @param schemata what is written to set its share, one after the other
 * @param monitor where the container is measured by itself
 */
public record ServiceClass(Path path, boolean own, List<String> schemata, Optional<Path> monitor) {
    private static final System.Logger LOG = System.getLogger(ServiceClass.class.getName());

    public ServiceClass {
        schemata = List.copyOf(schemata);
    }

    /** What is made for the container, in that order. */
    public List<Path> made() {
        return Stream.concat(own ? Stream.of(path) : Stream.of(), monitor.stream())
                .toList();
    }

    /** The same, as it is removed. */
    public List<Path> lastFirst() {
        List<Path> all = new ArrayList<>(made());
        Collections.reverse(all);
        return all;
    }

    /** Where a process goes to be in it; into the class first, for only those in there are measured there. */
    public List<Path> entrances() {
        return Stream.concat(Stream.of(path), monitor.stream()).toList();
    }

    /** The same of a process that joins the container. */
    List<Membership.Place> places() {
        return entrances().stream()
                .map(each -> new Membership.Place(each, false))
                .toList();
    }

    /** Whoever is still in it goes back to the class of all. */
    boolean remove() {
        boolean gone = true;
        for (Path each : lastFirst()) {
            try {
                Files.deleteIfExists(each);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "resctrl group " + each + " cannot be removed: " + e);
                gone = false;
            }
        }
        return gone;
    }
}
