package dev.skiff.linux.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.linux.container.HostFacts;
import dev.skiff.linux.container.Preparation;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.LineWriter;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That Java and launcher.h mean the same bytes. What Java writes is looked at, and a compiler for each architecture is asked
 * whether it would put each thing there: as assertions, so nothing has to run.
 */
class LayoutTest {
    private static final Path HEADER = Path.of("src/main/c/launcher.h").toAbsolutePath();
    private static final int NOT_FOUND = -1;

    @ParameterizedTest
    @ValueSource(strings = {"cc", "x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc"})
    void theCompilerPutsEachThingWhereJavaPutsIt(String compiler, @TempDir Path folder) throws Exception {
        assumeTrue(isThere(compiler), compiler + " is not there");
        StringBuilder source = new StringBuilder("#include \"" + HEADER + "\"\n#define AT __builtin_offsetof\n");
        figures()
                .forEach((figure, value) -> source.append("_Static_assert(" + figure + " == " + value + ", \"" + figure
                        + " is " + value + " in Java\");\n"));
        Path file = Files.writeString(folder.resolve("layout.c"), source);
        assertThat(compile(compiler, file)).isEmpty();
    }

    private static Map<String, Long> figures() {
        Map<String, Long> figures = new LinkedHashMap<>();
        figures.put("ARENA", Program.ARENA);
        figures.put("REGISTERS", (long) Register.COUNT);
        figures.put("PORTS", (long) ContainerRequest.MOST_PORTS);
        figures.put("sizeof(struct line)", (long) LineWriter.BYTES);
        figures.put("sizeof(struct report)", (long) Report.BYTES);
        figures.put("sizeof(struct request)", (long) new Request(0, 0, 0, false).encode().length);
        for (Report.Kind kind : Report.Kind.values()) {
            figures.put(kind.name(), (long) kind.number());
        }
        for (Order.Kind kind : Order.Kind.values()) {
            figures.put(kind.name(), (long) kind.number());
        }
        figures.put("sizeof(struct order)", (long) Order.fork().encode().length);
        request(figures);
        line(figures);
        watch(figures);
        return figures;
    }

    private static void request(Map<String, Long> figures) {
        byte[] bytes = new Request(0x11, 0x22, 0x33, true).encode();
        figures.put("AT(struct request, entry)", at(bytes, 0x11, 4));
        figures.put("AT(struct request, first)", at(bytes, 0x22, 4));
        figures.put("AT(struct request, length)", at(bytes, 0x33, 8));
        figures.put("AT(struct request, shared)", at(bytes, 1, 4));
    }

    private static void line(Map<String, Long> figures) {
        Program program = new Program();
        Label zero = program.label();
        Label error = program.label();
        Arg[] args = new Arg[6];
        for (int i = 0; i < args.length; i++) {
            args[i] = Arg.of(0x1111_0000_0000L + i);
        }
        program.call("getpid", args)
                .into(new Register(0x123, "result"))
                .allow(Errno.EHWPOISON)
                .orElse(error)
                .whenZero(zero);
        for (int i = 0; i < 0x44; i++) {
            program.end();
        }
        program.place(zero);
        program.end();
        program.place(error);
        byte[] bytes = program.code();
        figures.put("CALL", (long) bytes[0]);
        figures.put("AT(struct line, out)", at(bytes, 0x123, 2));
        figures.put("AT(struct line, on_zero)", at(bytes, 0x45, 4));
        figures.put("AT(struct line, arg[0])", at(bytes, 0x1111_0000_0000L, 8));
        figures.put("AT(struct line, arg[5])", at(bytes, 0x1111_0000_0005L, 8));
        figures.put("AT(struct line, allowed)", at(bytes, Errno.EHWPOISON.number(), 2));
        figures.put("AT(struct line, on_error)", at(bytes, 0x46, 4));
    }

    private static void watch(Map<String, Long> figures) {
        long logBytes = 0x0102_0304_0506L;
        int kept = 0x7788;
        int port = 0x6655;
        Linux linux = Linux.none()
                .withNamespaces(List.of(Namespace.of(NamespaceType.PID), Namespace.of(NamespaceType.MOUNT)));
        ContainerRequest request = new ContainerRequest(
                "layout",
                Spec.of(Root.of("rootfs"), Process.of(List.of("true")), linux),
                new RootFilesystem.Directory(Path.of("/")),
                Path.of("/"),
                List.of(),
                new LogLimits(logBytes, kept),
                true);
        byte[] bytes = SupervisorProgram.of(
                        request,
                        new HostFacts(false, true, 40, -1, ControlGroups.none()),
                        List.of(0x1234, port),
                        Preparation.none())
                .program()
                .data();
        long limit = at(bytes, logBytes, 8);
        figures.put("AT(struct watch, log_bytes) - AT(struct watch, generations)", limit - at(bytes, kept, 4));
        figures.put("AT(struct watch, port[1].port) - AT(struct watch, log_bytes)", at(bytes, port, 4) - limit);
        figures.put("AT(struct watch, log_bytes) - AT(struct watch, ports)", limit - at(bytes, 2, 4, (int) limit));
    }

    private static long at(byte[] bytes, long value, int size) {
        return at(bytes, value, size, 0);
    }

    /** Where that number is, from there on. */
    private static long at(byte[] bytes, long value, int size, int from) {
        ByteBuffer read = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = from; at + size <= bytes.length; at += size == 8 ? 8 : 2) {
            long there = size == 8 ? read.getLong(at) : size == 4 ? read.getInt(at) : read.getShort(at);
            if (there == value) {
                return at;
            }
        }
        return NOT_FOUND;
    }

    private static boolean isThere(String program) {
        return List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String compile(String compiler, Path file) throws Exception {
        java.lang.Process process = new ProcessBuilder(
                        compiler, "-std=gnu11", "-ffreestanding", "-fsyntax-only", file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
