package dev.skiff.dockerfile.parser;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.Directive;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Position;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.Span;
import dev.skiff.dockerfile.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the tree of a Dockerfile, or says what is wrong with it and where. */
public final class DockerfileParser {
    private DockerfileParser() {}

    /**
     * Parses a Dockerfile.
     *
     * @param name how messages call the file
     * @param bytes all of it
     * @throws DockerfileException for the first thing that is wrong
     */
    public static Dockerfile parse(String name, byte[] bytes) {
        Source source = Source.of(name, bytes);
        if (bytes.length == 0) {
            throw new DockerfileException(name, 1, 1, "", "", "the Dockerfile cannot be empty");
        }
        List<Directive> directives = DirectiveReader.read(source);
        Dockerfile empty = new Dockerfile(source, directives, List.of(), List.of(), List.of());
        LineReader lines = new LineReader(source, empty.escape());
        List<Instruction> instructions = instructions(lines, empty.escape());
        if (instructions.isEmpty()) {
            throw wholeFile(source).error("file with no instructions");
        }
        return inStages(empty, instructions, lines.emptyContinuations());
    }

    /**
     * Parses what an image, or an earlier stage, has kept with ONBUILD.
     *
     * @param name how messages call the trigger, for example {@code ONBUILD of node:18}
     * @throws DockerfileException for anything but one well-formed instruction that may be a trigger
     */
    public static Instruction parseTrigger(String name, String trigger) {
        Source source = Source.of(name, ByteText.encode(trigger));
        LineReader lines = new LineReader(source, Dockerfile.DEFAULT_ESCAPE);
        List<Instruction> instructions = instructions(lines, Dockerfile.DEFAULT_ESCAPE);
        if (instructions.size() != 1) {
            throw new DockerfileException(
                    name, 1, 1, trigger, trigger, "onbuild trigger should be a single expression");
        }
        Instruction instruction = instructions.get(0);
        if (instruction instanceof Instruction.From
                || instruction instanceof Instruction.Maintainer
                || instruction instanceof Instruction.OnBuild) { // another builder may have let it into an image
            throw instruction.error(instruction.keyword() + " isn't allowed as an ONBUILD trigger");
        }
        return instruction;
    }

    private static List<Instruction> instructions(LineReader lines, char escape) {
        InstructionReader reader = new InstructionReader(lines, escape);
        List<Instruction> instructions = new ArrayList<>();
        Optional<LogicalLine> line = lines.nextInstruction();
        while (line.isPresent()) {
            instructions.add(reader.read(line.get()));
            line = lines.nextInstruction();
        }
        return instructions;
    }

    private static Dockerfile inStages(
            Dockerfile empty, List<Instruction> instructions, List<Position> emptyContinuations) {
        List<Instruction.Arg> globalArgs = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            if (instruction instanceof Instruction.From) {
                starts.add(i);
            } else if (starts.isEmpty() && instruction instanceof Instruction.Arg arg) {
                globalArgs.add(arg);
            } else if (starts.isEmpty()) {
                throw instruction.error(
                        "no build stage in current context: expected FROM before " + instruction.keyword());
            }
        }
        if (starts.isEmpty()) {
            throw wholeFile(empty.source()).error("dockerfile contains no stages to build: expected a FROM");
        }
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) : instructions.size();
            Instruction.From from = (Instruction.From) instructions.get(starts.get(i));
            stages.add(new Stage(i, from, instructions.subList(starts.get(i) + 1, end)));
        }
        return new Dockerfile(empty.source(), empty.directives(), globalArgs, stages, emptyContinuations);
    }

    private static Span wholeFile(Source source) {
        return new Span(source, 1, Math.max(1, source.lines()), 1);
    }
}
