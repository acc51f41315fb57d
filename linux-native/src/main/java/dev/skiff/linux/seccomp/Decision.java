package dev.skiff.linux.seccomp;

import java.util.List;

/**
 * What a filter does about one call: the verdict of the first clause that holds, else {@code otherwise}.
 *
 * @param clauses none for a call that is decided by its number alone
 */
record Decision(List<Clause> clauses, Verdict otherwise) {
    Decision {
        clauses = List.copyOf(clauses);
    }

    /** The same answer whatever the arguments are. */
    static Decision always(Verdict verdict) {
        return new Decision(List.of(), verdict);
    }

    /** What happens if all conditions hold. */
    record Clause(List<Condition> conditions, Verdict verdict) {
        Clause {
            conditions = List.copyOf(conditions);
        }

        boolean isExact() {
            return conditions.stream().allMatch(Condition::isExact);
        }

        Clause narrowed() {
            return new Clause(conditions.stream().map(Condition::narrowed).toList(), verdict);
        }
    }

    /** The same decision where all arguments are 32 bits wide. */
    Decision narrowed() {
        return clauses.isEmpty()
                ? this
                : new Decision(clauses.stream().map(Clause::narrowed).toList(), otherwise);
    }

    /** Writes the tests of the clauses, each of which ends at the answer for its verdict. */
    void emit(Assembler asm, Answers answers) {
        Label next = new Label();
        for (Clause clause : clauses) {
            asm.place(next);
            next = new Label();
            emit(asm, clause, answers.label(clause.verdict), next);
        }
        asm.place(next);
        asm.answer(otherwise);
    }

    private static void emit(Assembler asm, Clause clause, Label yes, Label no) {
        int left = clause.conditions.size();
        for (Condition condition : clause.conditions) {
            Label holds = --left == 0 ? yes : new Label();
            condition.emit(asm, holds, no);
            if (left > 0) {
                asm.place(holds);
            }
        }
    }
}
