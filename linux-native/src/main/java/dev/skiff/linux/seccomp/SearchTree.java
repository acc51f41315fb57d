package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.seccomp.CallRanges.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A binary search, as jumps, for the range that a call's number lies in.
 *
 * <p>The tree is not balanced by the number of ranges but by their weight: programs mostly make calls that they may make,
 * so a long range of allowed calls is worth a shorter way than a single refused one beside it.
 */
final class SearchTree {
    private static final long X32 = Integer.toUnsignedLong(Architecture.X32.syscallBit());

    /** What an allowed call weighs; x32, which nobody uses, and calls that fail count as little as one of these in all. */
    private static final long ALLOWED = 64;

    /** No range holds more calls than this: behind the last call, numbers go on for ever. */
    private static final long MOST_IN_A_RANGE = 512;

    private final Assembler asm;
    private final Answers answers;
    private final List<Range> ranges;
    private final Map<Decision, Label> conditional = new LinkedHashMap<>();

    /** The weight of all ranges before the one with this index. */
    private final long[] weightBefore;

    SearchTree(Assembler asm, Answers answers, List<Range> ranges) {
        this.asm = asm;
        this.answers = answers;
        this.ranges = ranges;
        weightBefore = new long[ranges.size() + 1];
        for (int i = 0; i < ranges.size(); i++) {
            weightBefore[i + 1] = weightBefore[i] + weight(i);
        }
    }

    private long weight(int index) {
        Range range = ranges.get(index);
        if (range.start() >= X32 || !range.decision().mayLetPass()) {
            return 1;
        }
        long end = index + 1 < ranges.size() ? ranges.get(index + 1).start() : CallRanges.LIMIT;
        return ALLOWED * Math.min(end - range.start(), MOST_IN_A_RANGE);
    }

    /** Writes the search, and behind it the tests of the calls whose arguments count. */
    void emit() {
        if (ranges.size() == 1) {
            ranges.get(0).decision().emit(asm, answers);
            return;
        }
        emit(0, ranges.size());
        conditional.forEach((decision, label) -> {
            asm.place(label);
            decision.emit(asm, answers);
        });
    }

    /** Writes the search among the ranges from one index up to, without, another; there are at least two. */
    private void emit(int from, int to) {
        int middle = middle(from, to);
        Label left = middle - from == 1 ? leaf(from) : new Label();
        Label right = to - middle == 1 ? leaf(middle) : new Label();
        asm.jumpIf(Instruction.JUMP_AT_LEAST, (int) ranges.get(middle).start(), right, left);
        if (middle - from > 1) {
            asm.place(left);
            emit(from, middle);
        }
        if (to - middle > 1) {
            asm.place(right);
            emit(middle, to);
        }
    }

    /** The index that has about as much weight on its left as on its right. */
    private int middle(int from, int to) {
        long both = weightBefore[from] + weightBefore[to];
        int best = from + 1;
        for (int i = from + 2; i < to; i++) {
            if (Math.abs(both - 2 * weightBefore[i]) < Math.abs(both - 2 * weightBefore[best])) {
                best = i;
            }
        }
        return best;
    }

    private Label leaf(int index) {
        Decision decision = ranges.get(index).decision();
        return decision.clauses().isEmpty()
                ? answers.label(decision.otherwise())
                : conditional.computeIfAbsent(decision, unused -> new Label());
    }
}
