package dev.skiff.linux.cgroup;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A group of one hierarchy that a container is to have.
 *
 * @param unified whether it is of version 2
 * @param path where it will be
 * @param controllers those whose files it has
 * @param settings what is written to them, in this order
 * @param above those between it and the place of all groups that have to be made first; anybody's once they are there
 */
public record Group(boolean unified, Path path, Set<String> controllers, List<Setting> settings, List<Above> above) {
    /**
     * A group on the way.
     *
     * @param missing whether it is not there yet, and is to be removed again when nobody else uses it
     */
    public record Above(Path path, List<Setting> settings, boolean missing) {
        public Above {
            settings = List.copyOf(settings);
        }
    }

    public Group {
        controllers = Collections.unmodifiableSet(new TreeSet<>(controllers));
        settings = List.copyOf(settings);
        above = List.copyOf(above);
    }

    boolean has(String controller) {
        return controllers.contains(controller);
    }
}
