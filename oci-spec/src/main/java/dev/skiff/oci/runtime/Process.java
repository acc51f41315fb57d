package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;

/**
 * What runs in the container, as whom, and with which rights. The safe defaults of {@link #of} are an empty environment and no
 * capabilities at all.
 *
 * @param args the command and its arguments; the command is looked up in the PATH of {@code env} unless it has a slash
 * @param commandLine for Windows
 * @param env {@code NAME=value}, as execve(2) gets it
 * @param cwd absolute, in the container
 * @param capabilities if absent, those of whoever starts it
 * @param noNewPrivileges no program that is executed may raise privileges, setuid or not
 * @param oomScoreAdj -1000, never killed, to 1000, killed first
 */
@SuppressWarnings("JavaLangClash") // the word of the specification
public record Process(
        boolean terminal,
        Optional<ConsoleSize> consoleSize,
        @JsonField(absent = "{}") User user,
        List<String> args,
        Optional<String> commandLine,
        List<String> env,
        String cwd,
        Optional<Capabilities> capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        Optional<String> apparmorProfile,
        Optional<Integer> oomScoreAdj,
        Optional<Scheduler> scheduler,
        Optional<String> selinuxLabel,
        Optional<IoPriority> ioPriority,
        @JsonField("execCPUAffinity") Optional<CpuAffinity> execCpuAffinity,
        UnknownFields extra) {
    public Process {
        args = Copies.list(args);
        env = Copies.list(env);
        rlimits = Copies.list(rlimits);
        Checks.absolute("cwd", cwd);
        args.forEach(argument -> Checks.noNul("args", argument));
        env.forEach(entry -> Checks.noNul("env", entry));
        oomScoreAdj.ifPresent(score -> Checks.range("oomScoreAdj", score, -1000, 1000));
        Checks.distinct("rlimits", rlimits, Rlimit::type);
    }

    /** A command as root in {@code /}, with no capabilities and an empty environment. */
    public static Process of(List<String> args) {
        return new Process(
                false,
                Optional.empty(),
                User.ROOT,
                args,
                Optional.empty(),
                List.of(),
                "/",
                Optional.of(Capabilities.none()),
                List.of(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                UnknownFields.none());
    }

    public Process withTerminal(boolean terminal) {
        return Records.with(this, "terminal", terminal);
    }

    public Process withConsoleSize(ConsoleSize consoleSize) {
        return Records.with(this, "consoleSize", consoleSize);
    }

    public Process withUser(User user) {
        return Records.with(this, "user", user);
    }

    public Process withArgs(List<String> args) {
        return Records.with(this, "args", args);
    }

    public Process withEnv(List<String> env) {
        return Records.with(this, "env", env);
    }

    public Process withCwd(String cwd) {
        return Records.with(this, "cwd", cwd);
    }

    public Process withCapabilities(Capabilities capabilities) {
        return Records.with(this, "capabilities", capabilities);
    }

    public Process withRlimits(List<Rlimit> rlimits) {
        return Records.with(this, "rlimits", rlimits);
    }

    public Process withNoNewPrivileges(boolean noNewPrivileges) {
        return Records.with(this, "noNewPrivileges", noNewPrivileges);
    }

    public Process withSelinuxLabel(String selinuxLabel) {
        return Records.with(this, "selinuxLabel", selinuxLabel);
    }

    public Process withApparmorProfile(String apparmorProfile) {
        return Records.with(this, "apparmorProfile", apparmorProfile);
    }

    public Process withOomScoreAdj(int oomScoreAdj) {
        return Records.with(this, "oomScoreAdj", oomScoreAdj);
    }

    public Process withScheduler(Scheduler scheduler) {
        return Records.with(this, "scheduler", scheduler);
    }

    public Process withIoPriority(IoPriority ioPriority) {
        return Records.with(this, "ioPriority", ioPriority);
    }

    /** Without the environment, where secrets are kept. */
    @Override
    public String toString() {
        return "Process[args=" + args + ", user=" + user.uid() + ":" + user.gid() + ", cwd=" + cwd + "]";
    }
}
