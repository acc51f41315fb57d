package dev.skiff.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AssemblerTest {
    private final Assembler asm = new Assembler();
    private final Label yes = new Label();
    private final Label no = new Label();

    private void filler(int count) {
        for (int i = 0; i < count; i++) {
            asm.load(SeccompData.ARCHITECTURE);
        }
    }

    @Test
    void jumpsCountFromTheInstructionBehindThem() {
        asm.load(SeccompData.NUMBER);
        asm.jumpIf(Instruction.JUMP_EQUAL, 7, yes, no);
        asm.place(no);
        asm.answer(Verdict.ALLOW);
        asm.place(yes);
        asm.answer(Verdict.TRAP);
        assertThat(asm.assemble())
                .containsExactly(
                        Instruction.load(SeccompData.NUMBER),
                        new Instruction(Instruction.JUMP_EQUAL, 1, 0, 7),
                        Instruction.answer(Verdict.ALLOW),
                        Instruction.answer(Verdict.TRAP));
    }

    @Test
    void aFarAnswerIsCopiedNear() {
        asm.jumpIf(Instruction.JUMP_EQUAL, 0, yes, no);
        asm.place(no);
        filler(300);
        asm.place(yes);
        asm.answer(Verdict.TRAP);
        List<Instruction> program = asm.assemble();
        assertThat(program.get(0)).isEqualTo(new Instruction(Instruction.JUMP_EQUAL, 0, 1, 0));
        assertThat(program.get(1)).isEqualTo(Instruction.answer(Verdict.TRAP));
        assertThat(program).hasSize(303);
    }

    @Test
    void aFarPlaceIsReachedByALongJumpThatNeighboursShare() {
        Label last = new Label();
        for (int number : new int[] {5, 6}) {
            Label next = new Label();
            asm.load(SeccompData.NUMBER);
            asm.jumpIf(Instruction.JUMP_EQUAL, number, yes, next);
            asm.place(next);
        }
        asm.load(SeccompData.NUMBER);
        asm.jumpIf(Instruction.JUMP_EQUAL, 7, no, no);
        filler(400);
        asm.place(no);
        asm.answer(Verdict.ALLOW);
        filler(400);
        asm.place(yes);
        asm.load(SeccompData.NUMBER);
        asm.jumpIf(Instruction.JUMP_EQUAL, 5, last, last);
        asm.place(last);
        asm.answer(Verdict.TRAP);
        Kernel kernel = new Kernel(Instruction.encode(asm.assemble()));
        assertThat(kernel.answer(0, 5)).isEqualTo(Verdict.TRAP);
        assertThat(kernel.answer(0, 6)).isEqualTo(Verdict.TRAP);
        assertThat(kernel.answer(0, 7)).isEqualTo(Verdict.ALLOW);
        assertThat(asm.assemble())
                .filteredOn(step -> step.code() == Instruction.JUMP)
                .hasSize(1);
    }

    @Test
    void bothBranchesMayBeExactlyOutOfReach() {
        for (int distance = 250; distance < 262; distance++) {
            Assembler each = new Assembler();
            Label far = new Label();
            Label farther = new Label();
            each.load(SeccompData.NUMBER);
            each.jumpIf(Instruction.JUMP_AT_LEAST, 9, far, farther);
            for (int i = 0; i < distance; i++) {
                each.load(SeccompData.NUMBER);
            }
            each.place(far);
            each.answer(Verdict.TRAP);
            each.place(farther);
            each.answer(Verdict.LOG);
            Kernel kernel = new Kernel(Instruction.encode(each.assemble()));
            assertThat(kernel.answer(0, 9)).isEqualTo(Verdict.TRAP);
            assertThat(kernel.answer(0, 8)).isEqualTo(Verdict.LOG);
        }
    }

    @Test
    void aProgramLongerThanLinuxTakesIsRefusedInWords() {
        filler(4096);
        asm.answer(Verdict.ALLOW);
        assertThatThrownBy(asm::assemble)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4097 instructions")
                .hasMessageContaining("Linux takes 4096");
    }
}
