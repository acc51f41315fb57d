package dev.skiff.linux.cgroup;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes settings to a group that is in use. */
final class Update {
    private static final String MEMORY = "memory.limit_in_bytes";
    private static final String WITH_SWAP = "memory.memsw.limit_in_bytes";

    private final Path group;

    Update(Path group) {
        this.group = group;
    }

    void apply(List<Setting> settings) {
        List<Setting> ordered = new ArrayList<>(settings);
        if (raisesMemory(settings)) { // the one with swap is never less than the one without
            ordered.removeIf(setting -> file(setting).equals(WITH_SWAP));
            settings.stream().filter(setting -> file(setting).equals(WITH_SWAP)).forEach(each -> ordered.add(0, each));
        }
        ordered.forEach(this::write);
    }

    private boolean raisesMemory(List<Setting> settings) {
        return settings.stream()
                .filter(setting -> file(setting).equals(MEMORY))
                .map(setting ->
                        GroupFiles.number(setting.choices().get(0).value()).orElse(Long.MAX_VALUE))
                .anyMatch(wanted ->
                        wanted > GroupFiles.number(group.resolve(MEMORY)).orElse(Long.MAX_VALUE));
    }

    private static String file(Setting setting) {
        return setting.choices().get(0).file();
    }

    private void write(Setting setting) {
        for (Setting.Choice choice : setting.choices()) {
            if (Files.exists(group.resolve(choice.file()))) {
                GroupFiles.write(group.resolve(choice.file()), choice.value());
                return;
            }
        }
        throw new UncheckedIOException(new NoSuchFileException(
                group.resolve(file(setting)).toString(), null, "this kernel does not have that limit"));
    }
}
