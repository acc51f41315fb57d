package dev.skiff.linux;

import dev.skiff.linux.container.IdMaps;
import dev.skiff.linux.container.Preparation;
import dev.skiff.linux.container.Stage;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.netlink.DeviceMoves;
import dev.skiff.linux.user.IdMapper;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What this JVM does for a container beside its program. Closed once the container has started, or has not. */
final class ContainerPreparation implements AutoCloseable {
    private final IdMapper mapper;
    private final RootAgent root;
    private final Linux linux;
    private final ContainerHooks hooks;
    private final Preparation written;
    private final List<Agent> holders = new ArrayList<>();
    private Optional<SeccompListener> listener = Optional.empty();

    /** @param bundle what the container is made from, as its hooks are told */
    ContainerPreparation(LinuxHost host, ContainerRequest request, Set<Stage> stages, String bundle) {
        Spec spec = request.spec();
        this.mapper = host.mapper();
        this.root = host.root();
        this.hooks = new ContainerHooks(new HookRunner(host), request.id(), spec, bundle);
        this.linux = spec.linux().orElseGet(Linux::none);
        try {
            Map<IdMaps, String> namespaces = new LinkedHashMap<>();
            for (IdMaps maps : Preparation.mapsOf(request)) {
                namespaces.put(maps, IdMapper.file(hold(maps.users().isEmpty() ? own() : maps)));
            }
            this.listener = SeccompListener.connect(spec);
            this.written =
                    new Preparation(namespaces, stages, Covered.read(host, request.root(), Preparation.copiedUp(spec)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private IdMaps own() {
        if (linux.uidMappings().isEmpty()) {
            throw new IllegalArgumentException(
                    "a mount with mapped ids, the root for one, needs uidMappings and gidMappings, its own or the container's");
        }
        return new IdMaps(linux.uidMappings(), linux.gidMappings());
    }

    private Agent hold(IdMaps maps) {
        Agent holder = mapper.hold(IdMaps.text(maps.users()), IdMaps.text(maps.groups()));
        holders.add(holder);
        return holder;
    }

    Preparation written() {
        return written;
    }

    ContainerHooks hooks() {
        return hooks;
    }

    /** What goes with the program for it. */
    List<Descriptor> descriptors() {
        return SeccompListener.descriptorsOf(listener);
    }

    /** Once its first process has been made, of which that is a pidfd. */
    void born(Descriptor container) {
        listener.ifPresent(each -> Pidfd.pid(container).ifPresent(pid -> each.tell(hooks.now("creating", pid), pid)));
    }

    /**
     * What is due at that stage.
     *
     * @param container a pidfd of its first process
     */
    void reach(Stage stage, long pid, Supplier<Descriptor> container) {
        if (stage == Stage.CREATED && JoinedUsers.areNew(linux)) {
            mapper.map(pid, IdMaps.text(linux.uidMappings()), IdMaps.text(linux.gidMappings()));
        }
        if (stage == Stage.CREATED && !linux.netDevices().isEmpty()) {
            moveNetworkDevices(container.get());
        }
        hooks.reach(stage, pid, container);
    }

    private void moveNetworkDevices(Descriptor container) {
        Map<String, String> names = new LinkedHashMap<>();
        linux.netDevices()
                .forEach((name, device) -> names.put(name, device.name().orElse(name)));
        try (DeviceMoves moves = new DeviceMoves(root, container)) {
            moves.run(names);
        }
    }

    @Override
    public void close() {
        holders.forEach(Agent::close);
        listener.ifPresent(SeccompListener::close);
    }
}
