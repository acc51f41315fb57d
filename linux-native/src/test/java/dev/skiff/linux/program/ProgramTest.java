package dev.skiff.linux.program;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProgramTest {
    /** The kernel would see the part before the NUL alone: another file than the one that was checked. */
    @Test
    void aStringThatTheKernelWouldCutShortIsRefused() {
        Program program = new Program();
        program.purpose("mount secrets");
        assertThatThrownBy(() -> program.string("/safe\0/../unsafe"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mount secrets: the kernel would cut a string short at its NUL, which is byte 5");
    }
}
