package dev.skiff.linux.program;

/** What a line does; the order is that of {@code enum op} in launcher.h. */
enum Op {
    END,
    CALL,
    JUMP,
    STORE,
    LOAD,
    EXPECT,
    CHILD,
    AGENT,
    SUPERVISE
}
