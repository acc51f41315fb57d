package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One instruction, as the file says it: flags and arguments told apart, nothing expanded, nothing resolved. Every
 * instruction of the language is here, so a builder that lacks one can refuse it by name and line.
 */
public sealed interface Instruction {
    /** Where it stands, heredoc bodies included. */
    Span span();

    /** Its name in upper case, whatever case the file has it in. */
    default String keyword() {
        return getClass().getSimpleName().toUpperCase(Locale.ROOT);
    }

    /** Its text as it stands in the file. */
    default String text() {
        return span().text();
    }

    /** An error about the whole instruction. */
    default DockerfileException error(String problem) {
        return span().error(problem);
    }

    /** The names of all instructions, in upper case. */
    static List<String> keywords() {
        return Keywords.ALL;
    }

    /**
     * Begins a stage.
     *
     * @param image an image, an earlier stage or {@code scratch}; expanded with global ARGs alone
     * @param platform expanded likewise
     * @param as the keyword before the name, in whatever case it has
     * @param name as written; see {@link Stage#name()}
     */
    record From(Span span, Word image, Optional<Word> platform, Optional<Word> as, Optional<Word> name)
            implements Instruction {}

    /** Declares build arguments. */
    record Arg(Span span, List<ArgDeclaration> declarations) implements Instruction {
        public Arg {
            declarations = List.copyOf(declarations);
        }
    }

    /**
     * Sets environment variables.
     *
     * @param legacy whether it was written {@code ENV name value}, without {@code =}
     */
    record Env(Span span, List<KeyValue> pairs, boolean legacy) implements Instruction {
        public Env {
            pairs = List.copyOf(pairs);
        }
    }

    /**
     * Sets labels.
     *
     * @param legacy whether it was written {@code LABEL name value}, without {@code =}
     */
    record Label(Span span, List<KeyValue> pairs, boolean legacy) implements Instruction {
        public Label {
            pairs = List.copyOf(pairs);
        }
    }

    /** Sets the working directory, relative to the one before unless absolute. */
    record Workdir(Span span, Word path) implements Instruction {}

    /** Sets the user, {@code user[:group]}. */
    record User(Span span, Word user) implements Instruction {}

    /**
     * Copies files of the context, or of another stage or image.
     *
     * @param from stage name or index, image or named context; never expanded
     * @param excludes patterns as in {@code .dockerignore}, never expanded
     */
    record Copy(
            Span span,
            FileOperands files,
            Optional<Word> from,
            Optional<Word> chown,
            Optional<Word> chmod,
            boolean link,
            boolean parents,
            List<Word> excludes)
            implements Instruction {
        public Copy {
            excludes = List.copyOf(excludes);
        }
    }

    /**
     * Copies files of the context, unpacking archives, and fetches URLs and git references.
     *
     * @param checksum of what a URL gives, expanded
     * @param keepGitDir absent when the flag is not given
     * @param unpack absent when the flag is not given: then local archives are unpacked and fetched ones are not
     */
    record Add(
            Span span,
            FileOperands files,
            Optional<Word> chown,
            Optional<Word> chmod,
            boolean link,
            Optional<Word> checksum,
            Optional<Boolean> keepGitDir,
            Optional<Boolean> unpack,
            List<Word> excludes)
            implements Instruction {
        public Add {
            excludes = List.copyOf(excludes);
        }
    }

    /**
     * Runs a command. What is really started when there are heredocs, {@link RunScript} says.
     *
     * @param network {@code default}, {@code none} or {@code host}
     * @param security {@code sandbox} or {@code insecure}
     * @param devices CDI device requests
     */
    record Run(
            Span span,
            Command command,
            List<Heredoc> heredocs,
            List<MountFlag> mounts,
            Optional<Word> network,
            Optional<Word> security,
            List<Word> devices)
            implements Instruction {
        public Run {
            heredocs = List.copyOf(heredocs);
            mounts = List.copyOf(mounts);
            devices = List.copyOf(devices);
        }
    }

    /** Sets the default command, or the default arguments of the entrypoint. */
    record Cmd(Span span, Command command) implements Instruction {}

    /** Sets the entrypoint. */
    record Entrypoint(Span span, Command command) implements Instruction {}

    /** Names the ports that the program listens on; {@link ExposedPorts} reads them once they are expanded. */
    record Expose(Span span, List<Word> ports) implements Instruction {
        public Expose {
            ports = List.copyOf(ports);
        }
    }

    /** Names directories that hold data. */
    record Volume(Span span, List<Word> paths) implements Instruction {
        public Volume {
            paths = List.copyOf(paths);
        }
    }

    /** Sets the shell that shell forms go to from here on. */
    record Shell(Span span, List<String> argv) implements Instruction {
        public Shell {
            argv = List.copyOf(argv);
        }
    }

    /** Sets the signal that asks the program to end. */
    record StopSignal(Span span, Word signal) implements Instruction {}

    /**
     * Sets, or with NONE takes away, the check for health.
     *
     * @param test as the image config has it: {@code [NONE]}, {@code [CMD, ...]} or {@code [CMD-SHELL, text]}
     * @param interval this and the other times: zero when not given, which leaves it to the one who runs the image
     * @param retries zero when not given
     */
    record Healthcheck(
            Span span,
            List<String> test,
            Duration interval,
            Duration timeout,
            Duration startPeriod,
            Duration startInterval,
            int retries)
            implements Instruction {
        public Healthcheck {
            test = List.copyOf(test);
        }
    }

    /**
     * Keeps an instruction for the builds that start from this image.
     *
     * @param trigger its text: continuations joined, heredoc bodies in place, otherwise as written
     */
    record OnBuild(Span span, String trigger) implements Instruction {}

    /** Names the author. Deprecated in favour of a label. */
    record Maintainer(Span span, String author) implements Instruction {}
}
