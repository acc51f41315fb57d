package dev.skiff.dockerfile.check;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.KeyValue;
import dev.skiff.dockerfile.MountFlag;
import dev.skiff.dockerfile.Word;
import java.util.List;
import java.util.stream.Stream;

/** The words in which variables are put, of the instructions that are looked at for nothing else. */
final class OtherWords {
    private OtherWords() {}

    static List<Word> of(Instruction instruction) {
        if (instruction instanceof Instruction.Label label) {
            return label.pairs().stream().flatMap(OtherWords::both).toList();
        } else if (instruction instanceof Instruction.Volume volume) {
            return volume.paths();
        } else if (instruction instanceof Instruction.User user) {
            return List.of(user.user());
        } else if (instruction instanceof Instruction.StopSignal signal) {
            return List.of(signal.signal());
        } else if (instruction instanceof Instruction.Run run) {
            return run.mounts().stream().flatMap(OtherWords::fields).toList();
        }
        return List.of();
    }

    private static Stream<Word> both(KeyValue pair) {
        return Stream.of(pair.key(), pair.value());
    }

    private static Stream<Word> fields(MountFlag mount) {
        return mount.fields().stream()
                .filter(field -> !field.key().equals("from"))
                .flatMap(field -> field.value().stream())
                .map(value -> new Word(value, mount.value().position()));
    }
}
