package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.cgroup.ServiceClass;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a container comes into a class of service of resctrl, on machines that have none. */
class GroupLinesTest {
    private static final Path CLASS = Path.of("/sys/fs/resctrl/web");

    private static GroupPlan plan(ServiceClass serviceClass) {
        return GroupPlan.NONE.with(Optional.of(serviceClass));
    }

    @Test
    void aClassIsMadeAndGivenItsShareBeforeTheContainerJoinsIt() {
        Program program = new Program();
        GroupLines lines = new GroupLines(
                program,
                plan(new ServiceClass(
                        CLASS, true, List.of("L3:0=f\nMB:0=20\n"), Optional.of(CLASS.resolve("mon_groups/web")))));
        lines.make(Optional.empty());
        lines.join();
        lines.remove();
        assertThat(program.explain()
                        .lines()
                        .filter(line -> !line.startsWith("#"))
                        .map(line -> line.substring(6)))
                .containsExactly(
                        "mkdirat(AT_FDCWD, \"/sys/fs/resctrl/web\", 0755)",
                        "mkdirat(AT_FDCWD, \"/sys/fs/resctrl/web/mon_groups/web\", 0755)",
                        "schemata = openat(AT_FDCWD, \"/sys/fs/resctrl/web/schemata\", O_WRONLY|O_NOFOLLOW|O_CLOEXEC)",
                        "write(schemata, \"L3:0=f MB:0=20\", 15)",
                        "close(schemata)",
                        "tasks of /sys/fs/resctrl/web = openat(AT_FDCWD, \"/sys/fs/resctrl/web/tasks\", O_WRONLY|O_NOFOLLOW|O_CLOEXEC)",
                        "tasks of /sys/fs/resctrl/web/mon_groups/web = openat(AT_FDCWD, \"/sys/fs/resctrl/web/mon_groups/web/tasks\","
                                + " O_WRONLY|O_NOFOLLOW|O_CLOEXEC)",
                        "write(tasks of /sys/fs/resctrl/web, \"0\", 1)",
                        "close(tasks of /sys/fs/resctrl/web)",
                        "write(tasks of /sys/fs/resctrl/web/mon_groups/web, \"0\", 1)",
                        "close(tasks of /sys/fs/resctrl/web/mon_groups/web)",
                        "unlinkat(AT_FDCWD, \"/sys/fs/resctrl/web/mon_groups/web\", AT_REMOVEDIR), may fail with anything",
                        "unlinkat(AT_FDCWD, \"/sys/fs/resctrl/web\", AT_REMOVEDIR), may fail with anything");
    }

    @Test
    void aClassThatIsThereIsJoinedAndNothingElse(@TempDir Path there) throws Exception {
        Files.writeString(there.resolve("tasks"), "");
        Files.writeString(there.resolve("schemata"), "L3:0=7ff");
        Program program = new Program();
        GroupLines lines = new GroupLines(program, plan(new ServiceClass(there, false, List.of(), Optional.empty())));
        lines.make(Optional.empty());
        lines.join();
        lines.remove();
        try (RootAgent root = RootAgent.spawn()) {
            root.ready(false);
            try (Agent agent = root.forkAgent(Program.CODE_BYTES + 65536)) {
                agent.run(program);
            }
        }
        assertThat(there.resolve("tasks")).hasContent("0");
        assertThat(there.resolve("schemata")).hasContent("L3:0=7ff");
    }

    /** What failed on the way is undone as far as it was done. */
    @Test
    void whatWasMadeBeforeAFailureIsRemoved() {
        Program program = new Program();
        ServiceClass serviceClass = new ServiceClass(CLASS, true, List.of(), Optional.empty());
        GroupLines lines = new GroupLines(program, plan(serviceClass));
        lines.make(Optional.empty());
        assertThat(lines.madeBefore(0).serviceClass()).isEmpty();
        assertThat(lines.madeBefore(1).serviceClass()).contains(serviceClass);
    }
}
