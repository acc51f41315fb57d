package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.RuntimesMounts;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the runtime specification says with a MUST and validation suites ask for, as far as no test of a subject claims it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciRequirementsTest extends OciFixture {
    private static final Map<NamespaceType, String> FILES = Map.of(
            NamespaceType.CGROUP, "cgroup",
            NamespaceType.IPC, "ipc",
            NamespaceType.MOUNT, "mnt",
            NamespaceType.NETWORK, "net",
            NamespaceType.PID, "pid",
            NamespaceType.USER, "user",
            NamespaceType.UTS, "uts");

    private void finish(String script) throws IOException {
        finish(script, spec -> spec);
    }

    private void finish(String script, UnaryOperator<Spec> change) throws IOException {
        create(script, change);
        runtime.start(ID);
        awaitStopped();
    }

    // ---- runtime.md

    /** "Kill": what is neither created nor running gives an error, and nothing of it changes. */
    @Test
    void aSignalToWhatHasEndedChangesNothing() throws Exception {
        finish("true");
        OciState before = runtime.state(ID);
        assertThatThrownBy(() -> runtime.kill(ID, KILL, false)).isInstanceOf(ContainerStateException.class);
        assertThat(runtime.state(ID)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "USR1", "USR2", "HUP"})
    void theSignalThatWasAskedForIsTheOneThatArrives(String signal) throws Exception {
        create("trap 'echo " + signal + " > /got; exit' " + signal + "; echo > /ready; while :; do sleep 0.01; done");
        runtime.start(ID);
        await(() -> Files.exists(bundle.resolve("rootfs/ready")));
        runtime.kill(ID, Signal.of(signal), false);
        awaitStopped();
        assertThat(inRoot("got")).isEqualTo(signal + "\n");
    }

    /** A created container can be killed, and its program is then never run. */
    @Test
    void whatWasCreatedCanBeKilled() throws Exception {
        create("echo > /ran");
        runtime.kill(ID, KILL, false);
        awaitStopped();
        assertThat(bundle.resolve("rootfs/ran")).doesNotExist();
    }

    /** "Delete": what the container has only used is not its own to remove. */
    @Test
    @KernelTest(root = true)
    void aControlGroupThatTheContainerWasMovedIntoIsNotDeletedWithIt() throws Exception {
        Path hierarchies = Path.of("/sys/fs/cgroup");
        Path pids = hierarchies.resolve("pids");
        Path group = (Files.isDirectory(pids) ? pids : hierarchies).resolve("skiff-" + ID + "-other");
        Files.createDirectory(group);
        try {
            create("exec sleep 1000");
            Files.writeString(
                    group.resolve("cgroup.procs"),
                    Long.toString(runtime.state(ID).pid()));
            runtime.start(ID);
            runtime.delete(ID, true);
            assertThat(group).isDirectory();
        } finally {
            Files.delete(group);
        }
    }

    // ---- config.md

    @Test
    void unknownPropertiesAndAnnotationsAreNoErrors() throws Exception {
        write(defaults.withAnnotations(Map.of("org.example.unknown", "")));
        Path config = bundle.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", "{\"unknown\": {\"more\": [1]},"));
        runtime.create(ID, bundle, OciStreams.inherited());
        assertThat(runtime.state(ID).annotations()).containsExactly(Map.entry("org.example.unknown", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "\"ociVersion\":\"[^\"]*\", \"ociVersion\":\"invalid\", ociVersion",
        "\"type\":\"ipc\", \"type\":\"nosuch\", nosuch",
        "\"destination\":\"/proc\", \"destination\":\"\", destination"
    })
    void valuesThatAreNoneAreErrors(String found, String instead, String told) throws Exception {
        write(defaults);
        Path config = bundle.resolve("config.json");
        String before = Files.readString(config);
        Files.writeString(config, before.replaceFirst(found, instead));
        assertThat(config).content().isNotEqualTo(before);
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .hasMessageContaining(told);
        assertThat(runtime.list()).isEmpty();
    }

    /** "Mounts": in the listed order, so that a later one may lie on an earlier one. */
    @Test
    void mountsAreMadeInTheOrderInWhichTheyAreListed() throws Exception {
        finish(
                "grep -o ' /m[^ ]* ' /proc/self/mountinfo > /seen; ls /m/b >> /seen",
                spec -> spec.plusMount(Mount.of("/m", "tmpfs", "first", List.of()))
                        .plusMount(Mount.of("/m/b", "tmpfs", "second", List.of()))
                        .plusMount(Mount.of("/m/b/c", "tmpfs", "third", List.of()))
                        .plusMount(Mount.of("/m/a", "tmpfs", "fourth", List.of())));
        assertThat(inRoot("seen")).isEqualTo(" /m \n /m/b \n /m/b/c \n /m/a \nc\n");
    }

    /** "Hooks": in the listed order, and with all of the state. */
    @Test
    void hooksOfOnePointAreRunInTheOrderInWhichTheyAreListed() throws Exception {
        Hooks all = Hooks.none()
                .withCreateRuntime(List.of(saying("createRuntime"), saying("createRuntime2")))
                .withPoststart(List.of(saying("poststart"), saying("poststart2")))
                .withPoststop(List.of(saying("poststop"), saying("poststop2")));
        create("true", spec -> spec.withHooks(all).withAnnotations(Map.of("org.example.key", "value")));
        runtime.start(ID);
        awaitStopped();
        runtime.delete(ID, false);
        List<String> said = Files.readAllLines(base.resolve("said"));
        assertThat(said)
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("createRuntime", "createRuntime2", "poststart", "poststart2", "poststop", "poststop2");
        assertThat(said).allSatisfy(line -> assertThat(line).contains("\"org.example.key\":\"value\""));
    }

    private Hook saying(String name) {
        Path said = base.resolve("said");
        return Hook.of("/bin/sh")
                .withArgs(List.of("sh", "-c", "(printf '" + name + " '; tr -d '\\n'; echo) >> " + said));
    }

    // ---- config-linux.md

    /** "Default Devices", "Default Filesystems", and runtime-linux.md, "Dev symbolic links". */
    @Test
    void devicesLinksAndFileSystemsOfEveryContainerAreThere() throws Exception {
        finish("cd /dev; for d in null zero full random urandom tty; do stat -c '%n %F %t %T' $d; done > /seen;"
                + " stat -L -c '%n %F %t %T' ptmx >> /seen;"
                + " for l in fd stdin stdout stderr ptmx; do echo \"$l $(readlink $l)\"; done >> /seen;"
                + " for f in /proc /sys /dev/pts /dev/shm; do echo \"$f $(stat -f -c %T $f)\"; done >> /seen");
        assertThat(inRoot("seen").lines())
                .containsExactly(
                        "null character special file 1 3",
                        "zero character special file 1 5",
                        "full character special file 1 7",
                        "random character special file 1 8",
                        "urandom character special file 1 9",
                        "tty character special file 5 0",
                        "ptmx character special file 5 2",
                        "fd /proc/self/fd",
                        "stdin /proc/self/fd/0",
                        "stdout /proc/self/fd/1",
                        "stderr /proc/self/fd/2",
                        "ptmx pts/ptmx",
                        "/proc proc",
                        "/sys sysfs",
                        "/dev/pts devpts",
                        "/dev/shm tmpfs");
    }

    /** "Namespaces": one that is not named is inherited. */
    @Test
    @KernelTest(root = true)
    void namespacesThatAreNotNamedAreTheRuntimesOwn() throws Exception {
        create(
                "exec sleep 1000",
                spec -> RuntimesMounts.inherited(withNamespaces(spec.withoutHostname(), type -> false))
                        .withHooks(Hooks.none()
                                .withCreateContainer(List.of(saying("createContainer")))
                                .withStartContainer(List.of(Hook.of("/bin/true")))));
        runtime.start(ID);
        assertThat(base.resolve("said")).content().startsWith("createContainer ");
        Process joining = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", "test -d /proc/self"));
        assertThat(runtime.exec(ID, joining, OciStreams.inherited()).value()).isZero();
        assertThat(namespacesOf(runtime.state(ID).pid()))
                .isEqualTo(namespacesOf(ProcessHandle.current().pid()));
    }

    /** "Namespaces": one without a path is new. */
    @Test
    @KernelTest(root = true)
    void namespacesWithoutAPathAreNew() throws Exception {
        IdMapping all = IdMapping.of(0, 100_000, 65_536);
        create("exec sleep 1000", spec -> {
            Spec every = withNamespaces(spec, type -> true);
            return every.withLinux(
                    every.linux().orElseThrow().withUidMappings(List.of(all)).withGidMappings(List.of(all)));
        });
        Map<NamespaceType, String> theirs = namespacesOf(runtime.state(ID).pid());
        Map<NamespaceType, String> ours = namespacesOf(ProcessHandle.current().pid());
        assertThat(theirs).allSatisfy((type, inode) -> assertThat(inode).isNotEqualTo(ours.get(type)));
    }

    private static Spec withNamespaces(Spec spec, Predicate<NamespaceType> which) {
        Linux linux = spec.linux().orElseThrow();
        return spec.withLinux(linux.withSysctl(Map.of())
                .withNamespaces(
                        FILES.keySet().stream().filter(which).map(Namespace::of).toList()));
    }

    private static Map<NamespaceType, String> namespacesOf(long pid) {
        return FILES.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> read(pid, each.getValue())));
    }

    private static String read(long pid, String namespace) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns", namespace))
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final List<String> PATHS = List.of("/top", "/file", "/top/sub", "/top/file", "/top/sub/file");

    private void fill() throws IOException {
        Path root = bundle.resolve("rootfs");
        Files.createDirectories(root.resolve("top/sub"));
        for (String file : List.of("file", "top/file", "top/sub/file")) {
            Files.writeString(root.resolve(file), "secret\n");
        }
    }

    /** "Masked Paths": those below one that is masked are no error, and no way in. */
    @Test
    void maskedFilesAndDirectoriesCannotBeReadOneBelowTheOtherEither() throws Exception {
        fill();
        finish(
                "(ls -A /top; cat /file /top/file /top/sub/file) > /seen 2> /dev/null; echo over >> /seen",
                spec -> spec.withLinux(spec.linux().orElseThrow().withMaskedPaths(PATHS)));
        assertThat(inRoot("seen")).isEqualTo("over\n");
    }

    /** "Readonly Paths". */
    @Test
    void readOnlyFilesAndDirectoriesCanBeReadAndNotWritten() throws Exception {
        fill();
        finish(
                "cat /file /top/file /top/sub/file > /seen;"
                        + " for f in /file /top/file /top/sub/file /top/new /top/sub/new; do echo x > $f && echo $f; done >> /seen",
                spec -> spec.withLinux(spec.linux().orElseThrow().withReadonlyPaths(PATHS)));
        assertThat(inRoot("seen")).isEqualTo("secret\nsecret\nsecret\n");
    }

    /** Whatever kind of file it is: opening a pipe must not hang the creation either. */
    @ParameterizedTest
    @ValueSource(strings = {"b 7 0", "c 1 5", "p"})
    @KernelTest(root = true)
    void nodesOfAnyKindCanBeMaskedAndMadeReadOnly(String node) throws Exception {
        for (String name : List.of("masked", "kept")) {
            String[] command = ("/bin/busybox mknod " + bundle.resolve("rootfs/" + name) + " " + node).split(" ");
            assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
        }
        finish(
                "stat -c '%F %t %T' /masked > /seen; grep -o ' /kept ro' /proc/self/mountinfo >> /seen",
                spec -> spec.withLinux(spec.linux()
                        .orElseThrow()
                        .withMaskedPaths(List.of("/masked"))
                        .withReadonlyPaths(List.of("/kept"))));
        assertThat(inRoot("seen")).isEqualTo("character special file 1 3\n /kept ro\n");
    }
}
