package dev.skiff.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompArch;
import dev.skiff.oci.runtime.SeccompArg;
import dev.skiff.oci.runtime.SeccompOperator;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class FilterPropertyTest {
    /** Calls with narrow arguments and without, with two names, private to an architecture, and of no architecture. */
    private static final List<String> NAMES = List.of(
            "read",
            "write",
            "socket",
            "clone",
            "mmap",
            "ioctl",
            "personality",
            "execve",
            "file_setattr",
            "set_tls",
            "sync_file_range2",
            "arm_sync_file_range",
            "socketcall",
            "preadv2",
            "no_such_call");

    private static final List<Long> TELLING = List.of(
            0L,
            1L,
            38L,
            40L,
            0x7fff_ffffL,
            0x8000_0000L,
            0xffff_ffffL,
            0x1_0000_0000L,
            0x1_0000_0026L,
            0xffff_ffff_0000_0000L,
            0xffff_ffff_ffff_ff9cL,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -1L);

    /** A call as the kernel sees it. */
    record Call(int auditNumber, int number, List<Long> arguments) {
        long[] registers() {
            return arguments.stream().mapToLong(Long::longValue).toArray();
        }
    }

    @Property(tries = 500)
    void theFilterSaysWhatTheRulesSay(
            @ForAll("rules") Seccomp seccomp, @ForAll("hosts") Architecture host, @ForAll("calls") List<Call> calls) {
        SeccompFilter filter = SeccompFilter.compile(seccomp, host);
        Kernel kernel = new Kernel(filter.program());
        PlainReading reading = new PlainReading(seccomp, host);
        for (Call call : calls) {
            assertThat(kernel.answer(call.auditNumber, call.number, call.registers()))
                    .as("%s number %d%n%s", call, call.number, filter.explain())
                    .isEqualTo(reading.answer(call.auditNumber, call.number, call.registers()));
        }
    }

    @Provide
    Arbitrary<Architecture> hosts() {
        return Arbitraries.of(Architecture.X86_64, Architecture.AARCH64);
    }

    @Provide
    Arbitrary<Seccomp> rules() {
        return Combinators.combine(
                        Arbitraries.of(SeccompAction.class),
                        Arbitraries.of(1, 38).optional(),
                        Arbitraries.of(SeccompArch.class).set().ofMaxSize(6),
                        rule().list().ofMaxSize(12))
                .as((action, errno, architectures, rules) -> new Seccomp(
                        action,
                        errno.filter(number -> returnsErrno(action)),
                        architectures,
                        Set.of(),
                        Optional.empty(),
                        Optional.empty(),
                        rules,
                        UnknownFields.none()));
    }

    private static Arbitrary<SeccompSyscall> rule() {
        return Combinators.combine(
                        Arbitraries.of(NAMES).list().ofMinSize(1).ofMaxSize(4),
                        Arbitraries.of(SeccompAction.class),
                        Arbitraries.of(1, 5, 38).optional(),
                        argument().list().ofMaxSize(3))
                .as((names, action, errno, args) -> new SeccompSyscall(
                        names, action, errno.filter(number -> returnsErrno(action)), args, UnknownFields.none()));
    }

    private static boolean returnsErrno(SeccompAction action) {
        return action == SeccompAction.SCMP_ACT_ERRNO || action == SeccompAction.SCMP_ACT_TRACE;
    }

    private static Arbitrary<SeccompArg> argument() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 5),
                        values(),
                        values().optional(),
                        Arbitraries.of(SeccompOperator.class))
                .as((index, value, two, op) -> new SeccompArg(index, value, two, op, UnknownFields.none()));
    }

    private static Arbitrary<Long> values() {
        return Arbitraries.frequencyOf(Tuple.of(4, Arbitraries.of(TELLING)), Tuple.of(1, Arbitraries.longs()));
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        Arbitrary<List<Long>> arguments = values().list().ofSize(6);
        Arbitrary<Integer> numbers = Arbitraries.frequencyOf(
                Tuple.of(6, named()),
                Tuple.of(1, Arbitraries.of(-1, 470, 0x4000_0000, 0x4000_01ff, 0x4000_0200, 0xf0006)),
                Tuple.of(1, Arbitraries.integers()));
        return Combinators.combine(Arbitraries.of(Architecture.class), numbers, arguments)
                .as((architecture, number, args) -> new Call(architecture.auditNumber(), number, args))
                .list()
                .ofSize(60);
    }

    private static Arbitrary<Integer> named() {
        return Combinators.combine(Arbitraries.of(Architecture.class), Arbitraries.of(NAMES))
                .as((architecture, name) ->
                        SyscallTable.of(architecture).find(name).orElse(7));
    }
}
