package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.DeviceType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * Rules for devices as a program of the kernel's own machine (bpf(2), BPF_PROG_TYPE_CGROUP_DEVICE): how version 2 has
 * them. The kernel runs it whenever a process of the group opens or makes a device; 1 is yes.
 *
 * <p>The last rule that is about a device has the word, for each of the three kinds of access by itself. So the rules
 * are gone through from the last to the first: one that forbids some of what is still open to question answers no, one that allows
 * strikes out what it allows, and when nothing is left the answer is yes.
 */
public final class DeviceFilter {
    /** Bytes of one instruction ({@code struct bpf_insn}). */
    public static final int INSTRUCTION = 8;

    // struct bpf_cgroup_dev_ctx: access in the upper half of the first word, type in the lower; then major and minor
    private static final int TYPE_BLOCK = 1;
    private static final int TYPE_CHARACTER = 2;
    private static final int MAKE = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;
    private static final int MAJOR_AT = 4;
    private static final int MINOR_AT = 8;

    private static final int LOAD_WORD = 0x61;
    private static final int MOVE = 0xbf;
    private static final int SET = 0xb7;
    private static final int AND = 0x57;
    private static final int SHIFT_RIGHT = 0x77;
    private static final int JUMP_UNLESS_EQUAL = 0x55;
    private static final int JUMP_IF_ANY = 0x45;
    private static final int JUMP = 0x05;
    private static final int EXIT = 0x95;

    private static final int ANSWER = 0; // registers
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ASKED = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;

    /** More than anybody writes, and less than the jumps of one rule reach. */
    private static final int MOST_RULES = 1024;

    private final ByteBuffer code;

    private DeviceFilter(int rules) {
        code = ByteBuffer.allocate((8 + 8 * rules) * INSTRUCTION).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The instructions, one after the other. What no rule is about is allowed, as in a group without rules. */
    public static byte[] compile(List<DeviceRule> rules) {
        if (rules.size() > MOST_RULES) {
            throw new IllegalArgumentException(
                    "linux.resources.devices has " + rules.size() + " rules; " + MOST_RULES + " are taken at most");
        }
        DeviceFilter filter = new DeviceFilter(rules.size());
        filter.add(LOAD_WORD, TYPE, CONTEXT, 0, 0);
        filter.add(MOVE, ASKED, TYPE, 0, 0);
        filter.add(AND, TYPE, 0, 0, 0xffff);
        filter.add(SHIFT_RIGHT, ASKED, 0, 0, 16);
        filter.add(LOAD_WORD, MAJOR, CONTEXT, MAJOR_AT, 0);
        filter.add(LOAD_WORD, MINOR, CONTEXT, MINOR_AT, 0);
        for (int i = rules.size() - 1; i >= 0; i--) {
            filter.rule(rules.get(i));
        }
        filter.answer(1);
        byte[] written = new byte[filter.code.position()];
        filter.code.flip().get(written);
        return written;
    }

    private void rule(DeviceRule rule) {
        Optional<Integer> type = type(rule.type().orElse(DeviceType.ALL));
        Optional<Integer> major = number("major", rule.major());
        Optional<Integer> minor = number("minor", rule.minor());
        int behind = 4; // the instructions of the verdict
        int tests = (type.isPresent() ? 1 : 0) + (major.isPresent() ? 1 : 0) + (minor.isPresent() ? 1 : 0);
        type.ifPresent(value -> unlessEqual(TYPE, value));
        major.ifPresent(value -> unlessEqual(MAJOR, value));
        minor.ifPresent(value -> unlessEqual(MINOR, value));
        for (int i = 0; i < tests; i++) { // each goes on with the next rule
            int at = code.position() - (tests - i) * INSTRUCTION;
            code.putShort(at + 2, (short) (tests - 1 - i + behind));
        }
        int access = access(rule.access().filter(letters -> !letters.isEmpty()).orElse("rwm"));
        if (rule.allow()) {
            add(AND, ASKED, 0, 0, ~access);
            add(JUMP_UNLESS_EQUAL, ASKED, 0, 2, 0);
        } else {
            add(JUMP_IF_ANY, ASKED, 0, 1, access);
            add(JUMP, 0, 0, 2, 0);
        }
        answer(rule.allow() ? 1 : 0);
    }

    private void unlessEqual(int register, int value) {
        add(JUMP_UNLESS_EQUAL, register, 0, 0, value);
    }

    private void answer(int value) {
        add(SET, ANSWER, 0, 0, value);
        add(EXIT, 0, 0, 0, 0);
    }

    private static Optional<Integer> type(DeviceType type) {
        return switch (type) {
            case ALL -> Optional.empty();
            case CHARACTER, UNBUFFERED -> Optional.of(TYPE_CHARACTER);
            case BLOCK -> Optional.of(TYPE_BLOCK);
            case FIFO -> throw new IllegalArgumentException("a rule of devices is about a FIFO, which is no device");
        };
    }

    /** Absent and -1 are any. */
    private static Optional<Integer> number(String name, Optional<Long> number) {
        return number.filter(value -> value != -1).map(value -> {
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(name + " of a device rule must be a device number, got " + value);
            }
            return value.intValue();
        });
    }

    private static int access(String letters) {
        return (letters.contains("r") ? READ : 0)
                | (letters.contains("w") ? WRITE : 0)
                | (letters.contains("m") ? MAKE : 0);
    }

    private void add(int operation, int to, int from, int offset, int value) {
        code.put((byte) operation)
                .put((byte) (from << 4 | to))
                .putShort((short) offset)
                .putInt(value);
    }
}
