package dev.skiff.linux.seccomp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a BPF program with labels in place of distances.
 *
 * <p>Jumps lead forwards only, as BPF wants it, so the program is assembled from its end: where a jump leads is known when
 * its turn comes. A conditional jump reaches 255 instructions; one that must go farther gets a copy of the answer that it
 * leads to, or an unconditional jump, put right behind it, and later jumps to the same place use that as well.
 */
final class Assembler {
    /** {@code BPF_MAXINSNS}: what the kernel takes. */
    static final int MAX_INSTRUCTIONS = 4096;

    /** What a conditional jump reaches, less the room for what its other branch may need in between. */
    private static final int REACH = 254;

    /** An instruction whose branches are still labels, or, with no instruction, the place of a label. */
    private record Item(
            @Nullable Instruction instruction,
            @Nullable Label yes,
            @Nullable Label no) {}

    private final List<Item> items = new ArrayList<>();

    void load(int offset) {
        items.add(new Item(Instruction.load(offset), null, null));
    }

    void and(int mask) {
        items.add(new Item(Instruction.and(mask), null, null));
    }

    void answer(Verdict verdict) {
        items.add(new Item(Instruction.answer(verdict), null, null));
    }

    /** A conditional jump, such as {@link Instruction#JUMP_EQUAL}: compares what was loaded with {@code k}. */
    void jumpIf(int code, int k, Label yes, Label no) {
        items.add(new Item(new Instruction(code, 0, 0, k), yes, no));
    }

    /** The label names the next instruction from here on. */
    void place(Label label) {
        items.add(new Item(null, label, null));
    }

    /**
     * The finished program.
     *
     * @throws IllegalArgumentException for one that is longer than the kernel takes
     */
    List<Instruction> assemble() {
        List<Instruction> reversed = new ArrayList<>(items.size());
        for (int i = items.size() - 1; i >= 0; i--) {
            append(items.get(i), reversed);
        }
        if (reversed.size() > MAX_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    "the seccomp filter has " + reversed.size() + " instructions, and Linux takes " + MAX_INSTRUCTIONS
                            + "; leave out conditions on arguments, of which each costs up to four");
        }
        Collections.reverse(reversed);
        return List.copyOf(reversed);
    }

    private static void append(Item item, List<Instruction> reversed) {
        if (item.instruction == null) {
            label(item.yes).moveTo(reversed.size() - 1);
        } else if (item.instruction.isConditional()) {
            bringNear(label(item.yes), reversed);
            bringNear(label(item.no), reversed);
            reversed.add(new Instruction(
                    item.instruction.code(),
                    distance(label(item.yes), reversed),
                    distance(label(item.no), reversed),
                    item.instruction.k()));
        } else {
            reversed.add(item.instruction);
        }
    }

    private static void bringNear(Label label, List<Instruction> reversed) {
        int distance = distance(label, reversed);
        if (distance > REACH) {
            Instruction target = reversed.get(label.fromEnd());
            reversed.add(target.isAnswer() ? target : Instruction.jump(distance));
            label.moveTo(reversed.size() - 1);
        }
    }

    /** How far an instruction that is appended now has to jump. */
    private static int distance(Label label, List<Instruction> reversed) {
        return reversed.size() - label.fromEnd() - 1;
    }

    private static Label label(@Nullable Label label) {
        if (label == null) {
            throw new AssertionError("a jump in a seccomp filter lacks a branch");
        }
        return label;
    }
}
