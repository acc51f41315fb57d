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

    /** Numbers beyond are of calls that do not exist yet, and count for nothing. */
    private static final long MOST_IN_A_RANGE = 128;

    private final Assembler asm;
    private final Answers answers;
    private final List<Range> ranges;
    private final Map<Decision, Label> conditional = new LinkedHashMap<>();

    /** The weight of all ranges before the one with this index. */
    private final long[] weightBefore;

    SearchTree(Assembler asm, Answers answers, List<Range> ranges, Verdict byDefault) {
        this.asm = asm;
        this.answers = answers;
        this.ranges = ranges;
        weightBefore = new long[ranges.size() + 1];
        for (int i = 0; i < ranges.size(); i++) {
            weightBefore[i + 1] = weightBefore[i] + weight(i, byDefault);
        }
    }

    private long weight(int index, Verdict byDefault) {
        Range range = ranges.get(index);
        boolean last = index + 1 == ranges.size();
        if (last || range.start() >= X32 || range.decision().equals(Decision.always(byDefault))) {
            return 1;
        }
        return Math.min(ranges.get(index + 1).start() - range.start(), MOST_IN_A_RANGE);
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
