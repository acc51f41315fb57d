package dev.skiff.linux;

import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.runtime.SavedContainer;
import dev.skiff.linux.runtime.StateDirectory;
import dev.skiff.oci.runtime.Spec;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The containers of one runtime, as its directory has them: nothing is remembered but what is in there. */
final class OciContainers {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    private final Path root;

    OciContainers(Path root) {
        this.root = root;
    }

    /**
     * The directory of that container, which may be there or not.
     *
     * @throws IllegalArgumentException if an id may not be so
     */
    StateDirectory of(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("container id \"" + id
                    + "\" may have letters, digits, _ . - only, and begins with a letter or a digit");
        }
        return StateDirectory.of(root, id);
    }

    /**
     * The directory of a container that is there.
     *
     * @throws ContainerStateException if there is none of that id
     */
    StateDirectory find(String id) {
        StateDirectory directory = of(id);
        if (!directory.isThere()) {
            throw new ContainerStateException(id, "not there", "no container of that id is kept in " + root);
        }
        return directory;
    }

    /** How it is now. */
    OciState state(String id) {
        StateDirectory directory = find(id);
        SavedContainer container = directory.container();
        Spec spec = directory.spec();
        Optional<Long> alive = container.alive();
        String status = alive.isEmpty()
                ? "stopped"
                : directory.waits() ? "created" : Membership.of(alive.get()).frozen() ? "paused" : "running";
        return new OciState(spec.ociVersion(), id, status, alive.orElse(0L), container.bundle(), spec.annotations());
    }

    /**
     * Sees that it is in a state.
     *
     * @param otherwise what to say of why it must be
     */
    void expect(String id, String status, String otherwise) {
        OciState state = state(id);
        if (!state.status().equals(status)) {
            throw new ContainerStateException(id, state.status(), otherwise);
        }
    }

    /** Who it is, as long as its first process lives. */
    SavedContainer living(String id) {
        SavedContainer container = find(id).container();
        if (!container.isAlive()) {
            throw new ContainerStateException(id, "stopped", "its first process has ended");
        }
        return container;
    }

    /** All that there are; one that somebody deletes meanwhile may be missing. */
    List<OciState> list() {
        return StateDirectory.names(root).stream()
                .flatMap(id -> stateIfThere(id).stream())
                .toList();
    }

    private Optional<OciState> stateIfThere(String id) {
        try {
            return Optional.of(state(id));
        } catch (ContainerStateException e) {
            return Optional.empty();
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
