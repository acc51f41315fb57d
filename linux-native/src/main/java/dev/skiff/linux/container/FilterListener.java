package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.linux.seccomp.SeccompFilter;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.Spec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The process's part in handing the descriptor of its filter over (config-linux.md, "Seccomp", {@code listenerPath}). The filter is in
 * force when there is a descriptor, so the one call that sends it must be one that the filter allows by itself.
 */
public final class FilterListener {
    /** The longest state that can be told. */
    public static final int MOST_BYTES = 64 * 1024;

    private static final String SENDING = "sendmsg";
    private static final Set<SeccompAction> ALLOWED = Set.of(SeccompAction.SCMP_ACT_ALLOW, SeccompAction.SCMP_ACT_LOG);
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Program program;
    private final Register socket;
    private final Register state;

    private FilterListener(Program program) {
        this.program = program;
        this.socket = program.register("seccomp listener");
        this.state = program.register("what it is told");
    }

    /** The rules of a specification whose filter asks somebody. */
    public static Optional<Seccomp> rulesOf(Spec spec) {
        return spec.linux().flatMap(linux -> linux.seccomp()).filter(FilterListener::isAsked);
    }

    private static boolean isAsked(Seccomp rules) {
        return SeccompFilter.compile(rules).needsListener();
    }

    /** What comes with a program: two registers, next to each other. */
    static Optional<FilterListener> of(Program program, Optional<Seccomp> rules) {
        return rules.filter(FilterListener::isAsked).map(asked -> new FilterListener(program));
    }

    /** What is wrong with the rules, in words. */
    static Optional<String> problem(Seccomp rules) {
        if (!isAsked(rules)) {
            return Optional.empty();
        }
        if (rules.listenerPath().isEmpty()) {
            return Optional.of("SCMP_ACT_NOTIFY of linux.seccomp without a listenerPath: nobody would answer");
        }
        return mayAlwaysSend(rules)
                ? Optional.empty()
                : Optional.of("linux.seccomp with SCMP_ACT_NOTIFY that does not allow " + SENDING
                        + ": the filter's descriptor could not be handed over");
    }

    private static boolean mayAlwaysSend(Seccomp rules) {
        boolean refused = rules.syscalls().stream()
                .anyMatch(rule -> rule.names().contains(SENDING) && !ALLOWED.contains(rule.action()));
        boolean allowed = rules.syscalls().stream()
                .anyMatch(rule ->
                        rule.names().contains(SENDING) && rule.args().isEmpty() && ALLOWED.contains(rule.action()));
        return !refused && (allowed || ALLOWED.contains(rules.defaultAction()));
    }

    /** Takes what it has out of the way of all numbers below that one. */
    void lift(int above) {
        for (Register each : List.of(socket, state)) {
            program.call("fcntl", each, Arg.named("F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC), Arg.of(above))
                    .into(each);
        }
    }

    /** Puts it where it stays until the process is the command, after {@link #lift}: that number, and the next. */
    void place(int number) {
        Arg closeOnExec = Arg.named("O_CLOEXEC", Flags.O_CLOEXEC);
        program.call("dup3", socket, Arg.of(number), closeOnExec).into(socket);
        program.call("dup3", state, Arg.of(number + 1), closeOnExec).into(state);
    }

    /**
     * Hands the descriptor over.
     *
     * @param load writes the call that loads the filter
     */
    void handOver(Supplier<Line> load) {
        program.purpose("hear what to tell the seccomp listener");
        Arg.Address words = program.reserve(MOST_BYTES, "container process state");
        Register length = program.register("length");
        Label gone = program.label();
        Label on = program.label();
        program.call("recvfrom", state, words, Arg.of(MOST_BYTES), Arg.of(0), Arg.none(), Arg.none())
                .into(length)
                .whenZero(gone);
        program.jump(on);
        program.place(gone);
        program.call("exit_group", Arg.of(1)); // whoever makes this process has gone
        program.place(on);
        Register descriptor = program.register("the filter's descriptor");
        load.get().into(descriptor);
        program.purpose("hand the filter's descriptor to the seccomp listener", "it may have closed the connection");
        DescriptorMessage.send(program, socket, words, length, descriptor);
    }
}
