package dev.skiff.linux.seccomp;

import java.util.LinkedHashMap;
import java.util.Map;

/** The answers that a part of a filter ends in, one of each, shared by all jumps that lead to it. */
final class Answers {
    private final Map<Verdict, Label> labels = new LinkedHashMap<>();

    Label label(Verdict verdict) {
        return labels.computeIfAbsent(verdict, unused -> new Label());
    }

    void emit(Assembler asm) {
        labels.forEach((verdict, label) -> {
            asm.place(label);
            asm.answer(verdict);
        });
    }
}
