package dev.skiff.build;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Mount;
import dev.skiff.dockerfile.MountFlag;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.CleanPath;
import dev.skiff.store.CacheMounts;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes of the {@code --mount} flags of a RUN what they mean in its stage. */
final class StepMounts {
    private static final String SECRETS = "/run/secrets/";
    private static final String AGENTS = "/run/buildkit/ssh_agent.";
    private static final int SECRET_MODE = 0400;
    private static final int AGENT_MODE = 0600;

    private final Build build;
    private final Stage stage;
    private final StageState state;
    private final List<StepMount> mounts = new ArrayList<>();
    private int agents;

    private StepMounts(Build build, Stage stage, StageState state) {
        this.build = build;
        this.stage = stage;
        this.state = state;
    }

    /**
     * The mounts of an instruction.
     *
     * @throws dev.skiff.DockerfileException for what makes no sense, or a source that is not there
     */
    static List<StepMount> of(Instruction.Run instruction, Build build, Stage stage, StageState state)
            throws IOException {
        StepMounts reader = new StepMounts(build, stage, state);
        for (MountFlag flag : instruction.mounts()) {
            Word place = flag.value();
            Mount mount = flag.resolve(text -> build.expand(new Word(text, place.position()), state));
            reader.mounts.add(reader.read(place, mount));
        }
        return reader.mounts;
    }

    /** Has them ready. Caches come first and in an order of their own: whoever takes several must not wait for one who waits. */
    static void open(List<StepMount> mounts, SandboxBuilder sandbox) throws IOException, InterruptedException {
        SortedMap<String, CacheMount> caches = new TreeMap<>();
        for (StepMount mount : mounts) {
            if (mount instanceof CacheMount cache) {
                caches.putIfAbsent(cache.identity().hex(), cache);
            }
        }
        for (CacheMount cache : caches.values()) {
            cache.take(sandbox);
        }
        for (StepMount mount : mounts) {
            mount.open(sandbox);
        }
    }

    private StepMount read(Word place, Mount mount) throws IOException {
        return switch (mount.type()) {
            case BIND -> new BindMount(target(place, mount), source(place, mount), mount.readOnly());
            case CACHE -> cache(place, mount);
            case TMPFS -> new TmpfsMount(target(place, mount), mount.sizeBytes(), mount.readOnly());
            case SECRET -> secret(place, mount);
            case SSH -> ssh(place, mount);
        };
    }

    private String target(Word place, Mount mount) {
        String path = mount.target()
                .map(this::absolute)
                .orElseThrow(() -> place.error("invalid mount target \"\": a " + typeName(mount)
                        + " mount needs to be told where, with target="));
        if (path.equals("/")) {
            throw place.error("invalid mount target \"/\"");
        }
        return path;
    }

    private static String typeName(Mount mount) {
        return mount.type().name().toLowerCase(Locale.ROOT);
    }

    private String absolute(String path) {
        return CleanPath.of(path.startsWith("/") ? path : state.workingDirectory() + "/" + path);
    }

    private MountSource source(Word place, Mount mount) throws IOException {
        String source = CleanPath.belowRoot(mount.source().orElse("/"));
        if (mount.from().isEmpty()) {
            return MountSource.of(build, place, build.context(), Optional.empty(), source);
        }
        String from = mount.from().get();
        Optional<List<StoredLayer>> layers = build.layersFrom(stage, place, from);
        return MountSource.of(build, place, build.from(stage, place, from), layers, source);
    }

    private CacheMount cache(Word place, Mount mount) throws IOException {
        String target = target(place, mount);
        String namespace = build.arguments().global("BUILDKIT_CACHE_MOUNT_NS").orElse("");
        String id = mount.id().orElseGet(() -> CleanPath.of(mount.target().orElse("")));
        return new CacheMount(
                build.store().cacheMounts(),
                target,
                namespace.isEmpty() ? id : namespace + "/" + id,
                sharing(mount),
                mount.readOnly(),
                mount.mode(),
                mount.uid(),
                mount.gid(),
                mount.from().isEmpty() ? Optional.empty() : Optional.of(directory(place, source(place, mount))));
    }

    private static MountSource directory(Word place, MountSource source) {
        if (!source.isDirectory()) {
            throw place.error("a cache can begin as a copy of a directory only, and its source is none");
        }
        return source;
    }

    private static CacheMounts.Sharing sharing(Mount mount) {
        return switch (mount.sharing().orElse(Mount.Sharing.SHARED)) {
            case SHARED -> CacheMounts.Sharing.SHARED;
            case PRIVATE -> CacheMounts.Sharing.PRIVATE;
            case LOCKED -> CacheMounts.Sharing.LOCKED;
        };
    }

    private SecretMount secret(Word place, Mount mount) {
        String id =
                mount.id().or(mount::source).orElseGet(() -> name(mount.target().orElse("")));
        boolean variableAlone = mount.env().isPresent() && mount.target().isEmpty();
        return new SecretMount(
                place,
                id,
                variableAlone
                        ? Optional.empty()
                        : Optional.of(mount.target().map(this::absolute).orElse(SECRETS + name(id))),
                mount.env(),
                mount.required(),
                mount.mode().orElse(SECRET_MODE),
                mount.uid().orElse(0),
                mount.gid().orElse(0),
                Optional.ofNullable(build.runOptions().secrets().get(id)));
    }

    private SshMount ssh(Word place, Mount mount) {
        String id = mount.id().orElse("default");
        int number = agents++;
        return new SshMount(
                place,
                id,
                mount.target().map(this::absolute).orElse(AGENTS + number),
                number == 0,
                mount.required(),
                mount.mode().orElse(AGENT_MODE),
                mount.uid().orElse(0),
                mount.gid().orElse(0),
                Optional.ofNullable(build.runOptions().agents().get(id)));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
