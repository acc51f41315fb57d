package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;

/**
 * A program of the host that is run at some point in the life of the container.
 *
 * @param path absolute
 * @param args with the name of the program first
 * @param timeout in seconds, after which it has failed
 */
public record Hook(String path, List<String> args, List<String> env, Optional<Integer> timeout, UnknownFields extra) {
    public Hook {
        args = Copies.list(args);
        env = Copies.list(env);
        Checks.absolute("path", path);
        args.forEach(argument -> Checks.noNul("args", argument));
        env.forEach(entry -> Checks.noNul("env", entry));
        timeout.ifPresent(seconds -> Checks.range("timeout", seconds, 1, Integer.MAX_VALUE));
    }

    /** A program without arguments. */
    public static Hook of(String path) {
        return new Hook(path, List.of(), List.of(), Optional.empty(), UnknownFields.none());
    }

    public Hook withArgs(List<String> args) {
        return Records.with(this, "args", args);
    }

    public Hook withEnv(List<String> env) {
        return Records.with(this, "env", env);
    }

    public Hook withTimeout(int timeout) {
        return Records.with(this, "timeout", timeout);
    }
}
