package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.ArgDeclaration;
import dev.skiff.dockerfile.Command;
import dev.skiff.dockerfile.FileOperands;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.KeyValue;
import dev.skiff.dockerfile.Position;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.ignore.CleanPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The instructions of one stage in their order, with the variables as they are at each. */
final class InstructionChecks {
    private static final int MOST_SUGGESTED_FROM = 1_000;
    private static final Pattern SECRET = Pattern.compile(
            "(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NO_SECRET =
            Pattern.compile("(?:_|^)(?:public|file|version)(?:_|$)", Pattern.CASE_INSENSITIVE);
    private static final Pattern ABSOLUTE = Pattern.compile("/.*|[A-Za-z]:[\\\\/].*|\\\\.*", Pattern.DOTALL);
    private static final Pattern REMOTE = Pattern.compile("(?:https?|git|ssh)://.*|git@.*", Pattern.DOTALL);

    private final Findings findings;
    private final Expander expander;
    private final Map<String, String> global;
    private final CheckInput input;
    private final Scope scope;

    InstructionChecks(Findings findings, Expander expander, Map<String, String> global, CheckInput input, Scope scope) {
        this.findings = findings;
        this.expander = expander;
        this.global = global;
        this.input = input;
        this.scope = scope;
    }

    void check(Instruction instruction) {
        if (instruction instanceof Instruction.Arg arg) {
            arg(arg);
        } else if (instruction instanceof Instruction.Env env) {
            env(env);
        } else if (instruction instanceof Instruction.Workdir workdir) {
            workdir(workdir);
        } else if (instruction instanceof Instruction.Expose expose) {
            expose.ports().forEach(port -> use(port).ifPresent(use -> ports(port, use.words())));
        } else if (instruction instanceof Instruction.Copy copy) {
            files(copy.files(), copy.from().isEmpty());
            flags(copy.chown(), copy.chmod());
        } else if (instruction instanceof Instruction.Add add) {
            files(add.files(), true);
            flags(add.chown(), add.chmod(), add.checksum());
        } else if (instruction instanceof Instruction.Cmd cmd) {
            command(cmd, cmd.command());
        } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
            command(entrypoint, entrypoint.command());
        } else if (instruction instanceof Instruction.Shell) {
            scope.setShell();
        } else {
            OtherWords.of(instruction).forEach(this::use);
        }
    }

    // Each sees those before it, and a default that is not needed is not looked at.
    private void arg(Instruction.Arg arg) {
        for (ArgDeclaration declaration : arg.declarations()) {
            String name = expand(declaration.name());
            secret("ARG", name, declaration.name().position());
            Optional<String> value = value(name, declaration.defaultValue());
            scope.declare(name);
            value.ifPresent(set -> scope.set(name, set));
        }
    }

    private Optional<String> value(String name, Optional<Word> ownDefault) {
        return Optional.ofNullable(input.arguments().get(name))
                .or(() -> ownDefault.map(this::expand))
                .or(() -> Optional.ofNullable(global.get(name)));
    }

    // Everything is expanded with what was set before the instruction.
    private void env(Instruction.Env env) {
        Map<String, String> set = new LinkedHashMap<>();
        for (KeyValue pair : env.pairs()) {
            String name = expand(pair.key());
            secret("ENV", name, pair.key().position());
            set.put(name, expand(pair.value()));
        }
        set.forEach(scope::set);
    }

    private void secret(String instruction, String name, Position at) {
        if (SECRET.matcher(name).find() && !NO_SECRET.matcher(name).find()) {
            findings.add(
                    BuildCheck.SECRETS_USED_IN_ARG_OR_ENV,
                    at,
                    instruction + " \"" + name
                            + "\" seems to hold a secret, which would stay in the image or its history");
        }
    }

    private void workdir(Instruction.Workdir workdir) {
        Optional<WordUse> path = use(workdir.path());
        if (!scope.workdirSet()
                && path.filter(use -> !ABSOLUTE.matcher(use.text()).matches()).isPresent()) {
            findings.add(
                    BuildCheck.WORKDIR_RELATIVE_PATH,
                    workdir.path().position(),
                    "relative working directory \"" + path.get().text()
                            + "\", and no absolute one before it in this file");
        }
        scope.setWorkdir();
    }

    private void ports(Word word, List<String> ports) {
        for (String port : ports) {
            int slash = port.indexOf('/');
            if (slash >= 0 && port.chars().skip(slash).anyMatch(Character::isUpperCase)) {
                findings.add(
                        BuildCheck.EXPOSE_PROTO_CASING,
                        word.position(),
                        "the protocol of \"" + port + "\" should be in lower case");
            }
            if (port.contains(":")) {
                findings.add(
                        BuildCheck.EXPOSE_INVALID_FORMAT,
                        word.position(),
                        "\"" + port + "\" should name no address or port of the host, only <port>/<protocol>");
            }
        }
    }

    private void files(FileOperands files, boolean ofContext) {
        for (Word source : files.sources()) {
            use(source).filter(use -> ofContext).ifPresent(use -> source(source, use.text()));
        }
        files.heredocs()
                .forEach(heredoc ->
                        WordUse.of(heredoc, scope, expander).ifPresent(use -> undefined(heredoc.body(), use)));
        use(files.destination());
    }

    // With exceptions in .dockerignore a directory may be left out and yet have something to copy in it.
    private void source(Word word, String source) {
        if (input.ignored().hasExceptions() || REMOTE.matcher(source).matches()) {
            return;
        }
        String path = CleanPath.belowRoot(source);
        if (input.ignored().excludes(path.isEmpty() ? "." : path)) {
            findings.add(
                    BuildCheck.COPY_IGNORED_FILE,
                    word.position(),
                    "\"" + source + "\" is left out of the context by .dockerignore");
        }
    }

    @SafeVarargs
    private void flags(Optional<Word>... flags) {
        for (Optional<Word> flag : flags) {
            flag.ifPresent(this::use);
        }
    }

    private void command(Instruction instruction, Command command) {
        if (command instanceof Command.Shell && !scope.shellSet()) {
            findings.add(
                    BuildCheck.JSON_ARGS_RECOMMENDED,
                    instruction.span().start(),
                    instruction.keyword() + " should be a JSON array, so that signals reach the program");
        }
    }

    private String expand(Word word) {
        return use(word).map(WordUse::text).orElse("");
    }

    private Optional<WordUse> use(Word word) {
        Optional<WordUse> use = WordUse.of(word, scope, expander);
        use.ifPresent(known -> undefined(word, known));
        return use;
    }

    private void undefined(Word word, WordUse use) {
        List<String> unknown = new ArrayList<>(use.unset());
        unknown.removeIf(scope::declares);
        for (String name : unknown) {
            if (findings.wants(BuildCheck.UNDEFINED_VAR)) {
                findings.add(
                        BuildCheck.UNDEFINED_VAR,
                        word.position(),
                        "variable \"$" + name + "\" is not defined"
                                + Suggestion.didYouMean(name, scope.names(MOST_SUGGESTED_FROM)));
            }
        }
    }
}
