package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Signals;
import dev.skiff.linux.testing.TestContainers;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Who is killed or stopped, and when, is drawn by lot; {@code -Dskiff.faults=1000} for more rounds than a build has time for, and
 * {@code -Dskiff.seed} for those of an earlier run, as far as moments can be had again.
 */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class FaultDrillKernelTest {
    private static final int ROUNDS = Integer.getInteger("skiff.faults", 12);
    private static final int WARM_UP = 3;
    private static final boolean HELPED =
            Stream.of("/usr/bin/pasta", "/usr/bin/slirp4netns").map(Path::of).anyMatch(Files::isExecutable)
                    && Files.exists(Path.of("/dev/net/tun"));
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(60);
    private static final Duration SLOW = Duration.ofSeconds(10);
    private static final Duration LONGEST_OPENING = Duration.ofSeconds(2);
    private static final Duration LONGEST_TRACE = Duration.ofSeconds(10);

    /** Fields of /proc/net/unix: proc_net(5). Launchers are spoken to through sockets of another type. */
    private static final int TYPE = 4;

    private static final int INODE = 6;
    private static final String STREAM = "0001";

    private static final AwakeClock CLOCK = new AwakeClock();

    private final long seed = Long.getLong("skiff.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final String mark = "9" + ProcessHandle.current().pid(); // in the command line of what runs in containers
    private final Map<Victim, Integer> hit = new EnumMap<>(Victim.class);
    private final List<Duration> openings = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final Instant start = Instant.now();
    private WatchService made;
    private Path base;
    private Path home;
    private Subject subject;
    private String outcome = "";

    private enum Victim {
        LAUNCHER,
        SUPERVISOR,
        INIT,
        /** What leads the container out of its network: pasta or slirp4netns, where one is installed. */
        HELPER,
        JVM
    }

    private enum Fault {
        KILL,
        STOP,
        STOP_FOR_A_WHILE,
        /** And the JVM is killed meanwhile: whoever opens a Skiff next ends what is left. */
        STOP_FOR_EVER
    }

    /** The JVM that has the containers. */
    private static final class Subject {
        final Process jvm;
        final BlockingQueue<String> said = new LinkedBlockingQueue<>();
        private Set<String> descriptors = Set.of();
        private String slow = "";

        Subject(Path home, Path file, String mark) throws IOException {
            jvm = ChildJvm.start(DrillSubject.class, home.toString(), file.toString(), mark);
            Thread reader = new Thread(this::read, "hears the subject");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    said.add(line);
                }
                said.add("over");
            } catch (IOException e) {
                said.add("over");
            }
        }

        void go(boolean outbound) throws IOException {
            jvm.getOutputStream().write((outbound ? "outbound\n" : "\n").getBytes(StandardCharsets.UTF_8));
            jvm.getOutputStream().flush();
        }

        String hear(String what) throws InterruptedException {
            String line = said.poll(SLOW.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                slow = "after " + SLOW.toSeconds() + " s without \"" + what + "\" it was here:\n" + stack();
                line = said.poll(LONGEST_ROUND.toSeconds(), TimeUnit.SECONDS);
            }
            if (line == null) {
                return fail("a JVM that was to say \"%s\" hangs; %s%nand now:%n%s", what, slow, stack());
            }
            assertThat(line).startsWith(what);
            return line.substring(what.length()).trim();
        }

        private String stack() {
            try {
                Process jstack = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jstack")
                                        .toString(),
                                Long.toString(jvm.pid()))
                        .redirectErrorStream(true)
                        .start();
                return new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return e.toString();
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        base = Files.createTempDirectory("skiff-drill");
        home = base.resolve("home");
        Files.writeString(base.resolve("file"), "copied");
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            TestImages.busybox(skiff);
        }
        made = home.getFileSystem().newWatchService();
        home.resolve("containers").register(made, StandardWatchEventKinds.ENTRY_CREATE);
    }

    @AfterEach
    void close() throws IOException {
        made.close();
        if (subject != null) {
            subject.jvm.destroyForcibly();
        }
        TestDirectories.remove(base);
    }

    @Test
    void whoeverIsKilledOrStoppedAndWheneverNothingIsLeftAndNobodyWaitsForEver() throws Exception {
        System.out.println("faults: seed " + seed);
        begin();
        for (int round = 1; round <= ROUNDS; round++) {
            Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
            Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
            String what = "round " + round + " of seed " + seed + ", " + fault + " " + victim;
            try {
                round(victim, fault);
            } catch (Exception | AssertionError e) {
                throw new AssertionError(
                        what + (outcome.isEmpty() ? "" : ", which " + outcome) + ": " + e.getMessage(), e);
            }
            if (round % 50 == 0) {
                System.out.println(summary(round));
            }
        }
        System.out.println(summary(ROUNDS));
    }

    private String summary(int rounds) {
        openings.sort(Duration::compareTo);
        return "faults: " + rounds + " rounds, hit " + hit + ", openings after them: median "
                + openings.get(openings.size() / 2).toMillis() + " ms, longest "
                + openings.get(openings.size() - 1).toMillis() + " ms";
    }

    /** A new JVM, and what it has open when it does nothing. */
    private void begin() throws Exception {
        subject = new Subject(home, base.resolve("file"), mark);
        for (int i = 0; i < WARM_UP; i++) {
            beginRound();
            assertThat(subject.hear("done")).isEqualTo("ok");
        }
        awaitNothingLeft();
        subject.descriptors = descriptors(subject.jvm.pid());
    }

    private void beginRound() throws Exception {
        subject.go(HELPED && random.nextBoolean());
        String[] said = subject.hear("opened").split(" ", 2);
        Duration opening = Duration.ofMillis(Long.parseLong(said[0]));
        assertThat(opening)
                .as("what the next Skiff takes to open; %s", subject.slow)
                .isLessThan(LONGEST_OPENING);
        assertThat(said[1]).as("containers of dead JVMs, once it is open").isEqualTo("[]");
        openings.add(opening);
        subject.hear("began");
    }

    private void round(Victim victim, Fault fault) throws Exception {
        outcome = "";
        beginRound();
        long moment = System.nanoTime() + random.nextInt(40_000_000);
        int whichOne = random.nextInt(1000);
        long pause = random.nextInt(50_000_000);
        while (System.nanoTime() < moment) {
            Thread.onSpinWait();
        }
        long pid = choose(victim, whichOne);
        if (pid != 0) {
            hit.merge(victim, 1, Integer::sum);
            strike(pid, victim, fault, pause);
        }
        if (pid != 0 && fault == Fault.STOP_FOR_EVER) {
            Signals.send(subject.jvm.pid(), Signal.KILL);
            subject.jvm.waitFor();
            begin(); // which opens a Skiff, and looks at what is left
            return;
        }
        if (pid != 0 && victim == Victim.JVM && fault == Fault.KILL) {
            subject.jvm.waitFor();
            awaitNothingLeft();
            begin();
            return;
        }
        outcome = subject.hear("done");
        assertThat(outcome).doesNotStartWith("bad");
        awaitNothingLeft();
        awaitSame(() -> descriptors(subject.jvm.pid()), subject.descriptors, this::whereTheyComeFrom);
    }

    /** One who is there just now, or the next to be: 0 if the round ends before. */
    private long choose(Victim victim, int whichOne) {
        while (subject.said.isEmpty()) {
            List<Long> all = candidates(victim);
            if (!all.isEmpty()) {
                return all.get(whichOne % all.size());
            }
        }
        return 0;
    }

    private List<Long> candidates(Victim victim) {
        List<Long> launchers =
                victim == Victim.JVM ? List.of() : ofSkiff(Signals.childrenOfAnyThread(subject.jvm.pid()));
        return switch (victim) {
            case JVM -> List.of(subject.jvm.pid());
            case LAUNCHER -> launchers;
            case SUPERVISOR -> below(launchers);
            case INIT ->
                below(below(launchers)).stream().filter(pid -> !isHelper(pid)).toList();
            case HELPER ->
                below(below(launchers)).stream()
                        .filter(FaultDrillKernelTest::isHelper)
                        .toList();
        };
    }

    private static boolean isHelper(long pid) {
        String name = TestContainers.name(pid);
        return name.startsWith("pasta") || name.equals("slirp4netns"); // pasta.avx2, too
    }

    /** Not what the JDK starts processes with, such as newuidmap: a JVM waits for that as long as somebody has stopped it. */
    private static List<Long> ofSkiff(List<Long> processes) {
        return processes.stream()
                .filter(pid -> TestContainers.name(pid).startsWith("skiff"))
                .toList();
    }

    private static List<Long> below(List<Long> processes) {
        return processes.stream()
                .flatMap(pid -> Signals.childrenOf(pid).stream())
                .toList();
    }

    private void strike(long pid, Victim victim, Fault fault, long pause) {
        if (fault == Fault.KILL) {
            Signals.send(pid, Signal.KILL);
            return;
        }
        Signals.send(pid, Signal.of("STOP"));
        if (victim == Victim.JVM) {
            long start = CLOCK.nanos();
            Skiff.builder().store(home).open().close(); // others work meanwhile
            assertThat(Duration.ofNanos(CLOCK.nanos() - start)).isLessThan(LONGEST_OPENING);
        }
        if (victim == Victim.JVM || fault == Fault.STOP_FOR_A_WHILE) {
            LockSupport.parkNanos(pause);
            Signals.send(pid, Signal.of("CONT"));
        }
    }

    // ---- what may be left

    private void awaitNothingLeft() throws Exception {
        awaitSame(() -> new TreeSet<>(TestContainers.processes("sleep " + mark)), Set.of());
        awaitSame(() -> new TreeSet<>(launchers()), Set.of());
        awaitSame(this::mounts, Set.of());
        awaitSame(this::groups, Set.of());
    }

    private static <T> void awaitSame(Supplier<T> actual, T expected) {
        awaitSame(actual, expected, () -> "");
    }

    private static <T> void awaitSame(Supplier<T> actual, T expected, Supplier<String> why) {
        long deadline = CLOCK.nanos() + LONGEST_TRACE.toNanos();
        while (!actual.get().equals(expected)) {
            if (CLOCK.nanos() > deadline) {
                assertThat(actual.get()).as(why.get()).isEqualTo(expected);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** Of the subject, which has none when it does nothing, and such as nobody is the parent of any more. */
    private List<Long> launchers() {
        long jvm = subject.jvm.pid();
        return ProcessHandle.allProcesses()
                .filter(process -> TestContainers.name(process.pid()).startsWith("skiff"))
                .filter(process ->
                        process.info().startInstant().filter(start::isBefore).isPresent())
                .filter(process ->
                        Signals.isThere(process.pid())) // whose parent init is waits for it when it gets to it
                .filter(process -> process.parent()
                        .map(ProcessHandle::pid)
                        .filter(parent -> parent != jvm && parent != 1)
                        .isEmpty())
                .map(ProcessHandle::pid)
                .toList();
    }

    private Set<String> mounts() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> lines(Path.of("/proc", Long.toString(process.pid()), "mountinfo")))
                .filter(line -> line.contains(home.toString()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream();
        } catch (IOException e) {
            return Stream.empty(); // it is gone, or another user's
        }
    }

    /** Those of containers that have, or had, a directory in this home. */
    private Set<String> groups() {
        try {
            for (WatchKey key = made.poll(); key != null; key = made.poll()) {
                key.pollEvents().forEach(event -> ids.add("skiff-" + event.context()));
                key.reset();
            }
            return HostState.groups("skiff-").stream()
                    .filter(group -> ids.contains(Path.of(group).getFileName().toString()))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new AssertionError("look for control groups", e);
        }
    }

    /** Whom its sockets are connected to, and what its threads do. */
    private String whereTheyComeFrom() {
        String sockets = lines(Path.of("/proc/net/unix"))
                .filter(line -> descriptors(subject.jvm.pid()).stream()
                        .anyMatch(held -> held.contains("[" + line.split(" +", -1)[INODE] + "]")))
                .collect(Collectors.joining("\n"));
        return sockets + "\n" + subject.stack();
    }

    /** What the subject holds that is nothing of the JDK's, which makes a stream socket when it first closes an interrupted channel. */
    private static Set<String> descriptors(long pid) {
        try {
            Set<String> streams = lines(Path.of("/proc/net/unix"))
                    .map(line -> line.trim().split(" +", -1))
                    .filter(fields -> fields.length > INODE && fields[TYPE].equals(STREAM))
                    .map(fields -> "socket:[" + fields[INODE] + "]")
                    .collect(Collectors.toSet());
            return HostState.held(pid).stream()
                    .filter(held -> !streams.contains(held.substring(held.indexOf(' ') + 1)))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new AssertionError("look for descriptors", e);
        }
    }
}
