package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.cgroup.Group;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.cgroup.ServiceClass;
import dev.skiff.linux.cgroup.Setting;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a container's control groups and puts it there. In version 2 it is born in its group; those of version 1 it joins with its
 * very first calls, through descriptors that its supervisor opened. Either way nothing of the image has run before. Its
 * cgroup namespace is made after that, so that its groups are the roots that it sees.
 */
final class GroupLines {
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_CGROUP_DEVICE = 6;
    private static final int ATTACH_BYTES = 16;
    private static final int MODE = 0755;
    private static final String WRITE = "O_WRONLY|O_NOFOLLOW|O_CLOEXEC";
    private static final String READ = "O_RDONLY|O_NOFOLLOW|O_CLOEXEC";

    private final Program program;
    private final GroupPlan plan;
    private final Map<Path, Integer> madeAt = new LinkedHashMap<>();
    private final List<Register> toJoin = new ArrayList<>();
    private Optional<Register> birthplace = Optional.empty();

    GroupLines(Program program, GroupPlan plan) {
        this.program = program;
        this.plan = plan;
    }

    /** The supervisor's part: makes the groups. One that exists already is somebody else's, and refused. */
    void make(Optional<Register> deviceFilter) {
        for (Group group : plan.groups()) {
            for (Group.Above above : group.above()) {
                program.purpose("make control group " + above.path());
                if (above.missing()) {
                    mkdir(above.path()).allow(Errno.EEXIST);
                }
                above.settings().forEach(setting -> set(above.path(), setting));
            }
            program.purpose(
                    "make control group " + group.path(),
                    "one that exists belongs to another container, whose processes may be in it or which may be frozen");
            madeAt.put(group.path(), program.size());
            mkdir(group.path());
            group.settings().forEach(setting -> set(group.path(), setting));
            open(group, deviceFilter);
        }
        plan.serviceClass().ifPresent(this::make);
    }

    private void make(ServiceClass serviceClass) {
        for (Path path : serviceClass.made()) {
            program.purpose(
                    "make the resctrl group " + path,
                    "ENOSPC: the processor has no more classes of service, or counters, than there are groups now;"
                            + " EACCES: resctrl is root's");
            madeAt.put(path, program.size());
            mkdir(path);
        }
        Path schemata = serviceClass.path().resolve("schemata");
        for (String text : serviceClass.schemata()) {
            String shown = text.trim().replace('\n', ' ');
            program.purpose(
                    "set \"" + shown + "\" of resctrl group " + serviceClass.path(), "see info/last_cmd_status there");
            Register file = program.register("schemata");
            openFile(schemata, Flags.O_WRONLY, WRITE).into(file);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            program.call("write", file, program.bytes(bytes, "\"" + shown + "\""), Arg.of(bytes.length));
            program.call("close", file);
        }
        for (Path path : serviceClass.entrances()) {
            program.purpose("open the resctrl group " + path);
            Register opened = program.register("tasks of " + path);
            openFile(path.resolve("tasks"), Flags.O_WRONLY, WRITE).into(opened);
            toJoin.add(opened);
        }
    }

    private Line mkdir(Path path) {
        return program.call("mkdirat", AT_FDCWD, program.string(path.toString()), Arg.octal(MODE));
    }

    private void open(Group group, Optional<Register> deviceFilter) {
        program.purpose("open control group " + group.path());
        Register opened = program.register("the group in " + group.path().getParent());
        if (!group.unified()) {
            // one thread may join through "tasks", without the lock that a process takes through cgroup.procs
            openFile(group.path().resolve("tasks"), Flags.O_WRONLY, WRITE).into(opened);
            toJoin.add(opened);
            return;
        }
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string(group.path().toString()),
                        Arg.named(
                                "O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC",
                                Flags.O_DIRECTORY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(opened);
        birthplace = Optional.of(opened);
        deviceFilter.ifPresent(filter -> attach(filter, opened));
    }

    /** bpf(2); struct bpf_attr: target_fd, attach_bpf_fd, attach_type, attach_flags. */
    private void attach(Register filter, Register group) {
        program.purpose("put a filter for devices on the control group");
        Arg.Address attributes = program.ints("{the group, the filter, BPF_CGROUP_DEVICE}", 0, 0, BPF_CGROUP_DEVICE, 0);
        program.store(group, attributes, 4);
        program.store(filter, attributes.plus(4, "the filter"), 4);
        program.call("bpf", Arg.named("BPF_PROG_ATTACH", BPF_PROG_ATTACH), attributes, Arg.of(ATTACH_BYTES));
    }

    private Line openFile(Path file, int flags, String text) {
        int all = flags | Flags.O_NOFOLLOW | Flags.O_CLOEXEC;
        return program.call("openat", AT_FDCWD, program.string(file.toString()), Arg.named(text, all));
    }

    private void set(Path group, Setting setting) {
        program.purpose(
                "set " + setting + " of control group " + group,
                "ENOENT: this kernel or this disk does not have that limit; EINVAL or ERANGE: it does not take that value");
        Register file = program.register(setting.choices().get(0).file());
        Label open = program.label();
        List<Setting.Choice> choices = setting.choices();
        for (int i = 0; i < choices.size(); i++) {
            boolean last = i == choices.size() - 1;
            Label next = program.label();
            Line line = openFile(group.resolve(choices.get(i).file()), Flags.O_WRONLY, WRITE)
                    .into(file);
            if (!last) {
                line.allow(Errno.ENOENT).orElse(next);
            }
            byte[] text = choices.get(i).value().getBytes(StandardCharsets.UTF_8);
            program.call(
                    "write", file, program.bytes(text, "\"" + choices.get(i).value() + "\""), Arg.of(text.length));
            program.call("close", file);
            if (!last) {
                program.jump(open);
                program.place(next);
            }
        }
        program.place(open);
    }

    /** Where clone3(2) is to have the container born, CLONE_INTO_CGROUP. */
    Optional<Register> birthplace() {
        return birthplace;
    }

    /** The container's part. */
    void join() {
        if (!toJoin.isEmpty()) {
            program.purpose("join the control groups");
            Arg.Address self = program.string("0");
            for (Register group : toJoin) {
                program.call("write", group, self, Arg.of(1));
                program.call("close", group);
            }
        }
        birthplace.ifPresent(group -> program.call("close", group));
    }

    /** The supervisor's, once the container is there: it keeps no way into the groups. */
    void leave() {
        toJoin.forEach(group -> program.call("close", group));
        birthplace.ifPresent(group -> program.call("close", group));
    }

    /** A file that tells what was killed for want of memory, kept open to be read when the container has ended. */
    Optional<Register> memoryEvents() {
        return keep(plan.memoryEvents(), Flags.O_RDONLY, READ);
    }

    /** A file that thaws the container, which could not be killed otherwise. */
    Optional<Register> freezer() {
        return keep(plan.freezer(), Flags.O_WRONLY, WRITE);
    }

    private Optional<Register> keep(Optional<Path> path, int flags, String text) {
        return path.map(file -> {
            Register kept = program.register(file.getFileName().toString());
            openFile(file, flags, text).into(kept);
            return kept;
        });
    }

    /** The supervisor's part when all is over. */
    void remove() {
        plan.serviceClass().ifPresent(serviceClass -> serviceClass.lastFirst().forEach(this::rmdir));
        for (Group group : plan.groups()) {
            rmdir(group.path());
            for (int i = group.above().size() - 1; i >= 0; i--) {
                if (group.above().get(i).missing()) {
                    rmdir(group.above().get(i).path());
                }
            }
        }
    }

    private void rmdir(Path path) {
        program.call(
                        "unlinkat",
                        AT_FDCWD,
                        program.string(path.toString()),
                        Arg.named("AT_REMOVEDIR", Flags.AT_REMOVEDIR))
                .allowAny();
    }

    /** What of the plan was made before that line failed, and so is ours to remove. */
    GroupPlan madeBefore(int line) {
        return plan.without(group -> !isMade(group.path(), line))
                .with(plan.serviceClass().filter(each -> each.made().stream().anyMatch(path -> isMade(path, line))));
    }

    private boolean isMade(Path path, int before) {
        return madeAt.getOrDefault(path, Integer.MAX_VALUE) < before;
    }
}
