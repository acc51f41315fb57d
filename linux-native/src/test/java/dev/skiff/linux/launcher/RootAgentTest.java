package dev.skiff.linux.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import org.junit.jupiter.api.Test;

class RootAgentTest {
    @Test
    void anAgentRunsAProgramAndItsResultsCanBeRead() {
        try (RootAgent root = RootAgent.spawn()) {
            root.ready(false);
            try (Agent agent = root.forkAgent(Program.CODE_BYTES + 65536)) {
                Program program = new Program();
                Register pid = program.register("pid");
                Arg.Address answer = program.reserve(8, "answer");
                program.call("getpid").into(pid);
                program.store(pid, answer, 8);
                agent.run(program);
                assertThat(agent.memory().getLong(Program.CODE_BYTES))
                        .isPositive()
                        .isNotEqualTo(root.pid());
            }
        }
    }

    @Test
    void aCallThatFailsIsNamedWithWhatItWasFor() {
        try (RootAgent root = RootAgent.spawn()) {
            Program program = new Program();
            program.purpose("look for nothing", "look elsewhere");
            program.call("chdir", program.string("/no/such/folder"));
            assertThatThrownBy(() -> root.run(program))
                    .isInstanceOf(SyscallException.class)
                    .hasMessage("look for nothing: chdir(\"/no/such/folder\"): ENOENT; look elsewhere");
        }
    }
}
