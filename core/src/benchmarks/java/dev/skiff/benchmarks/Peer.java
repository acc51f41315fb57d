package dev.skiff.benchmarks;

import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Debian's crun or runc, run with specifications of ours beside us. */
final class Peer {
    private static final String CRUN = "/usr/bin/crun";
    private static final String RUNC = "/usr/sbin/runc";

    private final List<String> command;
    private final Path work;
    private int count;

    private Peer(List<String> command, Path work) {
        this.command = command;
        this.work = work;
    }

    /** Those that are installed. An ordinary user's do without control groups, which they cannot have everywhere. */
    static List<Peer> all(Path work, boolean rootless) {
        return Stream.of(crun(work, rootless), runc(work, rootless))
                .flatMap(Optional::stream)
                .toList();
    }

    /** Nothing where it is not installed. */
    static Optional<Peer> crun(Path work, boolean rootless) {
        return find(CRUN, work, rootless ? List.of("--cgroup-manager", "disabled") : List.of());
    }

    private static Optional<Peer> runc(Path work, boolean rootless) {
        return find(RUNC, work, rootless ? List.of("--rootless", "true") : List.of());
    }

    private static Optional<Peer> find(String program, Path work, List<String> options) {
        if (!Files.isExecutable(Path.of(program))) {
            System.out.println(program + " is not installed: no figure beside ours");
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(
                program,
                "--root",
                work.resolve(Path.of(program).getFileName()).toString()));
        command.addAll(options);
        return Optional.of(new Peer(command, work));
    }

    String name() {
        return Path.of(command.get(0)).getFileName().toString();
    }

    /** In a user namespace with the ids that this user may have, and without limits. */
    static Spec withOwnIds(Spec spec) throws IOException {
        Linux linux = spec.linux().orElseThrow();
        List<Namespace> namespaces = new ArrayList<>(linux.namespaces());
        namespaces.add(Namespace.of(NamespaceType.USER));
        return spec.withLinux(linux.withNamespaces(namespaces)
                .withResources(Resources.none())
                .withUidMappings(ids("-u", Path.of("/etc/subuid")))
                .withGidMappings(ids("-g", Path.of("/etc/subgid"))));
    }

    private static List<IdMapping> ids(String which, Path ranges) throws IOException {
        String user = System.getProperty("user.name");
        java.lang.Process id = new ProcessBuilder("id", which).start();
        long own = Long.parseLong(new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        List<IdMapping> ids = new ArrayList<>(List.of(IdMapping.of(0, own, 1)));
        Files.readAllLines(ranges).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields[0].equals(user))
                .findFirst()
                .ifPresent(fields -> ids.add(IdMapping.of(1, Long.parseLong(fields[1]), Long.parseLong(fields[2]))));
        return ids;
    }

    /** The same specification as an OCI bundle. */
    Path bundle(String name, Spec spec, Path root) throws IOException {
        Path bundle = Files.createDirectory(work.resolve(name() + "-" + name));
        // crun 1.8 refuses versions after its own, also where nothing in them is new to it
        String json = new String(Json.write(spec.withRoot(Root.of(root.toString()))), StandardCharsets.UTF_8)
                .replace(Spec.VERSION, "1.0.2");
        Files.writeString(bundle.resolve("config.json"), json);
        return bundle;
    }

    String nextId() {
        return "bench-" + count++;
    }

    /** Runs it, and gives what it prints. */
    String call(String... arguments) throws IOException, InterruptedException {
        Process process = builder(arguments).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(name() + " " + String.join(" ", arguments) + " failed: " + said);
        }
        return said;
    }

    /** For what leaves a process behind that would hold a pipe open. */
    void callDetached(String... arguments) throws IOException, InterruptedException {
        Process process = builder(arguments)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(name() + " " + String.join(" ", arguments) + " failed");
        }
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(arguments));
        return new ProcessBuilder(whole).redirectErrorStream(true);
    }
}
