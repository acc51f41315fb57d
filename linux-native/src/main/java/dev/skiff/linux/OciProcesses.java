package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.runtime.SavedContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The processes of a container that is kept: the one that it began with, and all others, as far as control groups tell.
 *
 * @param id of the container
 */
record OciProcesses(String id, SavedContainer container) {
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);
    private static final Signal KILL = Signal.of("KILL");

    /**
     * The one that it began with.
     *
     * @throws ContainerStateException if it has ended
     */
    Descriptor first() {
        return first(SavedContainer::isAlive);
    }

    /** The same, be it that it has ended and nobody has waited for it yet. */
    Descriptor firstOrItsEnd() {
        return first(SavedContainer::isThere);
    }

    private Descriptor first(Predicate<SavedContainer> wanted) {
        Optional<Descriptor> opened = Pidfd.open(container.pid());
        // the number may have been another's since it was looked at, but not any more
        if (opened.isPresent() && wanted.test(container)) {
            return opened.get();
        }
        opened.ifPresent(Descriptor::close);
        throw ended();
    }

    private ContainerStateException ended() {
        return new ContainerStateException(id, "stopped", "its first process has ended");
    }

    private ContainerGroups groups() {
        return new ContainerGroups(container.plan());
    }

    /** Their numbers on the host. */
    List<Long> all() {
        List<Long> all = new ArrayList<>(groups().processes());
        if (all.isEmpty()) {
            container.alive().ifPresent(all::add);
        }
        return all;
    }

    /** Sends a signal to the first one. */
    void signal(Signal signal) {
        try (Descriptor first = first()) {
            if (!Pidfd.signal(first, signal.number())) {
                throw ended();
            }
        }
    }

    /** Sends a signal to all; that there are none any more is fine. */
    void signalAll(Signal signal) {
        signalThoseInGroups(signal);
        try (Descriptor first = first()) {
            Pidfd.signal(first, signal.number());
        } catch (ContainerStateException e) {
            return; // it has ended
        }
    }

    private void signalThoseInGroups(Signal signal) {
        ContainerGroups groups = groups();
        for (long pid : groups.processes()) {
            Optional<Descriptor> opened = Pidfd.open(pid);
            if (opened.isPresent()) {
                try (Descriptor process = opened.get()) {
                    if (groups.processes().contains(pid)) { // still: it is that one, and not a later one of that number
                        Pidfd.signal(process, signal.number());
                    }
                }
            }
        }
    }

    void kill() {
        signalAll(KILL);
    }

    /** Kills all, and waits for the end of the first. */
    void end() {
        try (Descriptor first = first()) {
            Pidfd.kill(first);
            if (groups().areThere()) {
                signalThoseInGroups(KILL); // one that is frozen dies of this as well
            }
            if (!Pidfd.awaitEnd(first, LONGEST_DEATH)) {
                throw new IllegalStateException(
                        "container " + id + " does not end within " + LONGEST_DEATH.toSeconds() + " s of being killed");
            }
        } catch (ContainerStateException e) {
            return; // it has ended by itself
        }
    }
}
