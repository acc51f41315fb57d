package dev.skiff.linux.program;

/** What a line does ({@code enum op} in launcher.h). */
enum Op {
    END(0),
    CALL(1),
    JUMP(2),
    STORE(3),
    LOAD(4),
    EXPECT(5),
    CHILD(6),
    AGENT(7),
    SUPERVISE(8);

    final short number;

    Op(int number) {
        this.number = (short) number;
    }
}
