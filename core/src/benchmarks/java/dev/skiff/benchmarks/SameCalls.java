package dev.skiff.benchmarks;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RootFilesystem.Overlay;
import dev.skiff.linux.StartPrograms;
import dev.skiff.linux.cgroup.DeviceFilter;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.DeviceProgram;
import dev.skiff.linux.program.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A C program that makes the calls of a container's start, again and again, for the same container: it forks a supervisor, which does
 * all that ours does, and waits for its end. What is beside it is what a JVM, programs that are sent, and a launcher cost.
 */
final class SameCalls implements AutoCloseable {
    private static final String RUNNER =
            """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/prctl.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            #include <time.h>
            #include <unistd.h>
            typedef unsigned char u8;
            typedef unsigned int u32;
            typedef unsigned long u64;
            typedef long s64;
            #define CONTROL 3
            static u64 r[512];
            static int report_to = CONTROL;
            struct report { u32 kind, line; s64 value; };
            static s64 sys(u64 n, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
                s64 v = syscall(n, a, b, c, d, e, f);
                return v == -1 ? -errno : v;
            }
            static void report(u32 kind, u32 line, s64 value) {
                struct report said = {kind, line, value};
                if (write(report_to, &said, sizeof said) < 0) _exit(126);
            }
            static void fail(u32 line, s64 v) { report(1, line, -v); _exit(127); }
            static u64 load(u64 at, u64 size) {
                return size == 8 ? *(u64 *)at : size == 4 ? *(u32 *)at : size == 2 ? *(unsigned short *)at : *(u8 *)at;
            }
            static void store(u64 at, u64 value, u64 size) { if (size == 8) *(u64 *)at = value; else *(u32 *)at = value; }
            static s64 expect(u64 at, u64 size, u64 mask, u64 value, u64 error) {
                return (load(at, size) & mask) == value ? 1 : -(s64)error;
            }
            static void supervise(u64 watch) {
                u32 *w = (u32 *)watch;
                int begun = r[w[2]], out = r[w[3]], err = r[w[4]], log, started = 0;
                char bytes[16384];
                log = openat(r[w[5]], "log.0", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
                fcntl(out, F_SETFL, O_NONBLOCK);
                fcntl(err, F_SETFL, O_NONBLOCK);
                for (;;) {
                    struct pollfd wait[] = {
                        {CONTROL, POLLIN, 0}, {r[w[1]], POLLIN, 0}, {begun, POLLIN, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}};
                    if (poll(wait, 5, -1) <= 0) continue;
                    if (wait[2].revents) {
                        struct report heard;
                        s64 n = read(begun, &heard, sizeof heard);
                        if (n == sizeof heard && heard.kind == 1) fail(heard.line, -heard.value);
                        if (n == sizeof heard) started = 1;
                        if (n == 0) { if (started) report(2, 0, r[w[0]]); close(begun); begun = -1; }
                    }
                    for (int i = 3; i < 5; i++) {
                        int *from = i == 3 ? &out : &err;
                        if (!wait[i].revents) continue;
                        s64 n = read(*from, bytes, sizeof bytes);
                        if (n > 0) { if (write(log, bytes, n) < 0) _exit(126); } else { close(*from); *from = -1; }
                    }
                    if (wait[1].revents) break;
                }
                siginfo_t end;
                waitid(P_PIDFD, r[w[1]], &end, WEXITED);
                if (w[10] != 0xffff && pread(r[w[10]], bytes, 512, 0) < 0) _exit(126);
                report(3, end.si_code, end.si_status);
            }
            static double now(void) {
                struct timespec t;
                clock_gettime(CLOCK_MONOTONIC, &t);
                return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
            }
            static void start(int filter) {
                int pair[2];
                mkdir(UPPER, 0755);
                mkdir(WORK, 0755);
                mkdir(ROOTFS, 0755);
                if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) abort();
                pid_t supervisor = fork();
                if (supervisor == 0) {
                    void *at = (void *)ARENA;
                    if (mmap(at, sizeof data, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at) abort();
                    memcpy(at, data, sizeof data);
                    int kept = fcntl(filter, F_DUPFD_CLOEXEC, 20);
                    dup2(pair[1], CONTROL);
                    if (filter >= 0) dup3(kept, 4, O_CLOEXEC);
                    r[0] = 4;
                    close_range(filter >= 0 ? 5 : 4, ~0U, 0);
                    setsid();
                    run();
                    _exit(127);
                }
                close(pair[1]);
                struct report heard;
                int exited = 0;
                while (read(pair[0], &heard, sizeof heard) > 0) {
                    if (heard.kind == 1) { fprintf(stderr, "line %u: %s\\n", heard.line, strerror(heard.value)); exit(1); }
                    if (heard.kind == 3) exited = heard.line == CLD_EXITED && heard.value == 0;
                }
                close(pair[0]);
                waitpid(supervisor, 0, 0);
                if (!exited) { fprintf(stderr, "the container did not end well\\n"); exit(1); }
            }
            int main(void) {
                int owner, number, filter = -1;
                char line[64];
                if (scanf("%d %d", &owner, &number) != 2) return 1;
                if (number >= 0) filter = syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, owner, 0), number, 0);
                prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
                r[511] = -1; // no network has been made ahead
                while (scanf("%63s", line) == 1) {
                    for (int rounds = atoi(line); rounds > 0; rounds--) {
                        double begin = now();
                        start(filter);
                        printf("%.1f\\n", now() - begin);
                        unlink(LOG);
                    }
                    printf("done\\n");
                    fflush(stdout);
                }
                return 0;
            }
            """;

    private final Optional<Descriptor> filter;
    private final Process process;
    private final BufferedReader said;

    private SameCalls(Optional<Descriptor> filter, Process process) {
        this.filter = filter;
        this.process = process;
        this.said = process.inputReader();
    }

    /** Compiles it for that container, whose directories it makes and removes itself. */
    static SameCalls of(LinuxHost host, ContainerRequest request, Path work) throws IOException, InterruptedException {
        SupervisorProgram start = StartPrograms.of(host, request);
        Overlay overlay = (Overlay) request.root();
        for (Path made : new Path[] {overlay.upper(), overlay.work(), overlay.mountPoint()}) {
            Files.delete(made);
        }
        Path source = work.resolve("same.c");
        Files.writeString(
                source,
                "#define ARENA 0x" + Long.toHexString(Program.ARENA + Program.CODE_BYTES) + "UL\n"
                        + define("UPPER", overlay.upper()) + define("WORK", overlay.work())
                        + define("ROOTFS", overlay.mountPoint())
                        + define("LOG", request.directory().resolve("log.0"))
                        + RUNNER.replace(
                                "static double now",
                                ProgramInC.data(start.program()) + ProgramInC.function(start.program())
                                        + "static double now"));
        Path program = work.resolve("same");
        Process compiler = new ProcessBuilder("cc", "-O2", "-w", "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("the same calls in C do not compile: " + source);
        }
        Optional<Descriptor> filter = start.groups().deviceRules().isEmpty()
                ? Optional.empty()
                : Optional.of(DeviceProgram.load(
                        DeviceFilter.compile(start.groups().deviceRules())));
        Process process = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        SameCalls calls = new SameCalls(filter, process);
        calls.say(ProcessHandle.current().pid() + " " + filter.map(Descriptor::number).orElse(-1));
        return calls;
    }

    private static String define(String name, Path path) {
        return "#define " + name + " \"" + path + "\"\n";
    }

    private void say(String line) throws IOException {
        process.outputWriter().write(line + "\n");
        process.outputWriter().flush();
    }

    /** Has it start so many containers, one after the other, and keeps how long each took. */
    void measure(int rounds, Figures figures) throws IOException {
        say(Integer.toString(rounds));
        for (String line = said.readLine(); !"done".equals(line); line = said.readLine()) {
            if (line == null) {
                throw new IllegalStateException("the same calls in C failed");
            }
            figures.add((long) (Double.parseDouble(line) * 1000));
        }
    }

    @Override
    public void close() {
        process.destroy();
        filter.ifPresent(Descriptor::close);
    }
}
