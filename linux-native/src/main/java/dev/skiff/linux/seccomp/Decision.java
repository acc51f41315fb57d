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
    }

    /** Whether there are arguments with which the call is made, as far as the filter is concerned. */
    boolean mayLetPass() {
        return otherwise.letsPass() || clauses.stream().anyMatch(clause -> clause.verdict.letsPass());
    }

    /** Writes the tests of the clauses, which end at one of the answers. */
    void emit(Assembler asm, Answers answers) {
        if (clauses.isEmpty()) {
            asm.answer(otherwise);
        }
        int left = clauses.size();
        for (Clause clause : clauses) {
            Label no = --left == 0 ? answers.label(otherwise) : new Label();
            emit(asm, clause, answers.label(clause.verdict), no);
            if (left > 0) {
                asm.place(no);
            }
        }
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
