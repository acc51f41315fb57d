package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.GoText;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.MountFlag;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes the instruction of a line, with the heredoc bodies that follow the line. */
final class InstructionReader {
    private static final Set<String> WITH_HEREDOCS = Set.of("ADD", "COPY", "RUN");
    private static final Set<String> NETWORKS = Set.of("default", "none", "host");
    private static final Set<String> SECURITIES = Set.of("sandbox", "insecure");
    private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");

    private final LineReader lines;
    private final char escape;

    InstructionReader(LineReader lines, char escape) {
        this.lines = lines;
        this.escape = escape;
    }

    Instruction read(LogicalLine logical) {
        List<HeredocStart> starts = heredocsOf(logical);
        List<Heredoc> heredocs = starts.isEmpty() ? List.of() : lines.readBodies(logical, starts);
        return read(InstructionLine.of(logical, 0, escape), heredocs);
    }

    private List<HeredocStart> heredocsOf(LogicalLine logical) {
        InstructionLine line = InstructionLine.of(logical, 0, escape);
        if (line.keyword().equals("ONBUILD")) {
            line = InstructionLine.of(logical, line.restStart(), escape);
        }
        boolean mayHave = WITH_HEREDOCS.contains(line.keyword())
                && logical.text().contains("<<")
                && JsonArray.read(line.rest()).isEmpty();
        return mayHave ? HeredocStart.in(logical.text()) : List.of();
    }

    private Instruction read(InstructionLine line, List<Heredoc> heredocs) {
        return switch (line.keyword()) {
            case "FROM" -> from(line);
            case "ARG" -> PairInstructions.arg(line);
            case "ENV" -> PairInstructions.env(line);
            case "LABEL" -> PairInstructions.label(line);
            case "WORKDIR" -> new Instruction.Workdir(line.span(), onlyArgument(line));
            case "USER" -> new Instruction.User(line.span(), onlyArgument(line));
            case "COPY" -> FileInstructions.copy(line, heredocs);
            case "ADD" -> FileInstructions.add(line, heredocs);
            case "RUN" -> run(line, heredocs);
            case "CMD" -> cmd(line);
            case "ENTRYPOINT" -> entrypoint(line);
            case "EXPOSE" -> expose(line);
            case "VOLUME" -> volume(line);
            case "SHELL" -> shell(line);
            case "STOPSIGNAL" -> new Instruction.StopSignal(line.span(), onlyArgument(line));
            case "HEALTHCHECK" -> HealthcheckReader.read(line);
            case "ONBUILD" -> onBuild(line, heredocs);
            case "MAINTAINER" ->
                new Instruction.Maintainer(line.span(), onlyArgument(line).raw());
            default ->
                throw line.error("unknown instruction: " + line.name()
                        + Suggestion.didYouMean(line.name(), Instruction.keywords()));
        };
    }

    private static Word onlyArgument(InstructionLine line) {
        Flags.none(line);
        return Arguments.exactlyOne(line);
    }

    private static Instruction.From from(InstructionLine line) {
        Flags flags = Flags.of(line, "platform");
        List<Word> words = Words.atBlanks(line);
        boolean named = words.size() == 3 && words.get(1).raw().equalsIgnoreCase("as");
        if (!named && words.size() != 1) {
            throw line.error("FROM requires either one or three arguments: FROM image [AS name]");
        }
        Optional<Word> name = named ? Optional.of(words.get(2)) : Optional.empty();
        name.filter(word ->
                        !STAGE_NAME.matcher(word.raw().toLowerCase(Locale.ROOT)).matches())
                .ifPresent(word -> {
                    throw word.error("invalid name for build stage: " + GoText.quote(word.raw())
                            + ", name can't start with a number or contain symbols");
                });
        Optional<Word> as = name.map(any -> words.get(1));
        return new Instruction.From(line.span(), words.get(0), flags.valueUnlessEmpty("platform"), as, name);
    }

    private static Instruction.Run run(InstructionLine line, List<Heredoc> heredocs) {
        Flags flags = Flags.of(line, List.of("network", "security"), List.of("mount", "device"));
        Optional<Word> network = flags.valueUnlessEmpty("network");
        network.filter(mode -> !NETWORKS.contains(mode.raw())).ifPresent(mode -> {
            throw mode.error("invalid network mode " + GoText.quote(mode.raw()) + "; known are default, none and host");
        });
        Optional<Word> security = flags.valueUnlessEmpty("security");
        security.filter(mode -> !SECURITIES.contains(mode.raw())).ifPresent(mode -> {
            throw mode.error("security " + GoText.quote(mode.raw()) + " is not valid");
        });
        List<MountFlag> mounts =
                flags.values("mount").stream().map(MountFlag::parse).toList();
        return new Instruction.Run(
                line.span(), Arguments.command(line), heredocs, mounts, network, security, flags.values("device"));
    }

    private static Instruction.Cmd cmd(InstructionLine line) {
        Flags.none(line);
        return new Instruction.Cmd(line.span(), Arguments.command(line));
    }

    private static Instruction.Entrypoint entrypoint(InstructionLine line) {
        Flags.none(line);
        return new Instruction.Entrypoint(line.span(), Arguments.command(line));
    }

    private static Instruction.Expose expose(InstructionLine line) {
        Flags.none(line);
        return new Instruction.Expose(line.span(), Arguments.atLeastOne(line, Words.atBlanks(line)));
    }

    private static Instruction.Volume volume(InstructionLine line) {
        Flags.none(line);
        List<Word> paths = Arguments.atLeastOne(line, Arguments.jsonOrWords(line)).stream()
                .map(path -> new Word(Blanks.trim(path.raw()), path.position()))
                .toList();
        paths.stream().filter(path -> path.raw().isEmpty()).findFirst().ifPresent(path -> {
            throw path.error("VOLUME specified can not be an empty string");
        });
        return new Instruction.Volume(line.span(), paths);
    }

    private static Instruction.Shell shell(InstructionLine line) {
        Flags.none(line);
        if (line.rest().isEmpty()) {
            throw line.error("SHELL requires at least one argument");
        }
        JsonArray argv = Arguments.json(line)
                .orElseThrow(() -> line.errorAt(
                        0, "SHELL requires the arguments to be in JSON form, for example [\"/bin/sh\", \"-c\"]"));
        return new Instruction.Shell(line.span(), Arguments.atLeastOne(line, argv.strings()));
    }

    private Instruction.OnBuild onBuild(InstructionLine line, List<Heredoc> heredocs) {
        Flags.none(line);
        if (line.rest().isEmpty()) {
            throw line.error("ONBUILD requires at least one argument");
        }
        InstructionLine trigger = InstructionLine.of(line.line(), line.restStart(), escape);
        switch (trigger.keyword()) {
            case "ONBUILD" -> throw trigger.error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case "FROM", "MAINTAINER" ->
                throw trigger.error(trigger.keyword() + " isn't allowed as an ONBUILD trigger");
            default -> {}
        }
        StringBuilder text = new StringBuilder(line.line().text().substring(line.restStart()));
        for (Heredoc heredoc : heredocs) {
            text.append('\n').append(heredoc.body().raw()).append(heredoc.name());
        }
        return new Instruction.OnBuild(line.span(), text.toString());
    }
}
