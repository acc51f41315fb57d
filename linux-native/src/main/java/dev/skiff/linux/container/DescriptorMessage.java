package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/** Sends a descriptor to another process: unix(7), SCM_RIGHTS. */
final class DescriptorMessage {
    private static final int CONTROL_HEADER = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private DescriptorMessage() {}

    /** With some bytes, for a message has to have some. */
    static Line send(Program program, Arg socket, Arg.Address content, int length, Register descriptor) {
        return send(
                program,
                socket,
                content,
                program.words("{" + content.text() + "}", content.value(), length),
                descriptor);
    }

    /** With as many bytes as the register says. */
    static Line send(Program program, Arg socket, Arg.Address content, Register length, Register descriptor) {
        Arg.Address vector = program.words("{" + content.text() + "}", content.value(), 0);
        program.store(length, vector.plus(8, "length"), 8);
        return send(program, socket, content, vector, descriptor);
    }

    private static Line send(
            Program program, Arg socket, Arg.Address content, Arg.Address vector, Register descriptor) {
        // struct cmsghdr: cmsg_len, cmsg_level and cmsg_type; then the descriptor
        Arg.Address control =
                program.words("{SCM_RIGHTS}", CONTROL_HEADER + 4, (long) SCM_RIGHTS << Integer.SIZE | SOL_SOCKET, 0);
        program.store(descriptor, control.plus(CONTROL_HEADER, "descriptor"), 4);
        // struct msghdr: name and its length, vector and its length, control and its length, flags
        Arg.Address message = program.words(
                "{" + content.text() + ", SCM_RIGHTS}",
                0,
                0,
                vector.value(),
                1,
                control.value(),
                CONTROL_HEADER + 8,
                0);
        return program.call("sendmsg", socket, message, Arg.named("MSG_NOSIGNAL", Flags.MSG_NOSIGNAL));
    }
}
