package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompFlag;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A seccomp filter as seccomp(2) takes it: what a launcher hands to the kernel before it becomes the container.
 *
 * <p>Compiling takes about a millisecond; the same rules are compiled once per JVM.
 */
public final class SeccompFilter {
    /** Filters that are kept; a program that makes rules up for each container shall not fill the heap with them. */
    private static final int KEPT = 64;

    private static final Map<Seccomp, SeccompFilter> COMPILED =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Seccomp, SeccompFilter> eldest) {
                    return size() > KEPT;
                }
            });

    private final List<Instruction> instructions;
    private final byte[] program;
    private final int flags;
    private final boolean notifying;

    private SeccompFilter(Seccomp seccomp, Architecture host) {
        instructions = FilterCompiler.compile(seccomp, host);
        program = Instruction.encode(instructions);
        notifying = seccomp.defaultAction() == SeccompAction.SCMP_ACT_NOTIFY
                || seccomp.syscalls().stream().anyMatch(rule -> rule.action() == SeccompAction.SCMP_ACT_NOTIFY);
        flags = (flags(seccomp.flags()) & ~(notifying ? ONE_THREAD : ASKING)) | (notifying ? NEW_LISTENER : 0);
    }

    /** The filter of {@link DefaultProfile} for a container with these capabilities. */
    public static SeccompFilter defaultFor(Collection<Capability> capabilities) {
        return compile(DefaultProfile.forCapabilities(capabilities));
    }

    /**
     * The filter for these rules on this host. Names of calls and architectures that the host does not have are skipped.
     *
     * @throws IllegalArgumentException when the filter would be longer than the kernel takes
     */
    public static SeccompFilter compile(Seccomp seccomp) {
        SeccompFilter known = COMPILED.get(seccomp);
        if (known == null) {
            SeccompFilter compiled = compile(seccomp, Architecture.host());
            known = COMPILED.putIfAbsent(seccomp, compiled);
            known = known == null ? compiled : known;
        }
        return known;
    }

    static SeccompFilter compile(Seccomp seccomp, Architecture host) {
        return new SeccompFilter(seccomp, host);
    }

    // linux/seccomp.h
    private static final int NEW_LISTENER = 1 << 3;

    /** Means nothing to the one thread that loads it, and does not go with a listener: both would be what the call returns. */
    private static final int ONE_THREAD = 1;

    /** Means nothing where nobody is asked, and the kernel does not take it then. */
    private static final int ASKING = 1 << 5;

    private static int flags(Set<SeccompFlag> asked) {
        // Nobody asked for a mitigation that kernels since 5.16 leave off by themselves and that slows programs down;
        // runc does the same where a specification has no flags.
        int flags = asked.isEmpty() ? bit(SeccompFlag.SECCOMP_FILTER_FLAG_SPEC_ALLOW) : 0;
        for (SeccompFlag flag : asked) {
            flags |= bit(flag);
        }
        return flags;
    }

    private static int bit(SeccompFlag flag) {
        return switch (flag) {
            case SECCOMP_FILTER_FLAG_TSYNC -> 1;
            case SECCOMP_FILTER_FLAG_LOG -> 1 << 1;
            case SECCOMP_FILTER_FLAG_SPEC_ALLOW -> 1 << 2;
            case SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV -> 1 << 5;
        };
    }

    /** The array of {@code struct sock_filter} that {@code struct sock_fprog} points to. */
    public byte[] program() {
        return program.clone();
    }

    /** How many elements {@link #program()} has: {@code sock_fprog.len}. */
    public int length() {
        return instructions.size();
    }

    /** The flags for {@code seccomp(SECCOMP_SET_MODE_FILTER, flags, …)}. */
    public int flags() {
        return flags;
    }

    /** Whether the call returns a descriptor that somebody must answer at, or the container's calls wait for ever. */
    public boolean needsListener() {
        return notifying;
    }

    List<Instruction> instructions() {
        return instructions;
    }

    /** The filter as text, an instruction to a line, with what it means. */
    public String explain() {
        return Explanation.of(instructions);
    }
}
