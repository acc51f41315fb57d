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
    private static final String PERIOD = "cpu.cfs_period_us";
    private static final String WITH_SWAP = "memory.memsw.limit_in_bytes";

    private final Path group;

    Update(Path group) {
        this.group = group;
    }

    void apply(List<Setting> wanted) {
        List<Setting> settings = withSwap(wanted);
        List<Setting> ordered = new ArrayList<>(settings);
        if (raisesMemory(settings)) { // the one with swap is never less than the one without
            ordered.removeIf(setting -> file(setting).equals(WITH_SWAP));
            settings.stream().filter(setting -> file(setting).equals(WITH_SWAP)).forEach(each -> ordered.add(0, each));
        }
        writeAll(ordered);
    }

    /** In version 1, memory is not without a limit while memory and swap together have one. */
    private List<Setting> withSwap(List<Setting> settings) {
        boolean unlimited = settings.stream()
                .anyMatch(setting -> file(setting).equals(MEMORY)
                        && setting.choices().get(0).value().equals(Long.toString(Limit.UNLIMITED)));
        boolean said = settings.stream().anyMatch(setting -> file(setting).equals(WITH_SWAP));
        if (!unlimited || said || !Files.exists(group.resolve(WITH_SWAP))) {
            return settings;
        }
        List<Setting> all = new ArrayList<>(settings);
        all.add(Setting.of(WITH_SWAP, Long.toString(Limit.UNLIMITED)));
        return all;
    }

    /** A shorter period may be refused while the quota is the old one: the share of both is then more than the group above has. */
    private void writeAll(List<Setting> settings) {
        List<Setting> refused = new ArrayList<>();
        for (Setting setting : settings) {
            try {
                write(setting);
            } catch (UncheckedIOException e) {
                if (!file(setting).equals(PERIOD)) {
                    throw e;
                }
                refused.add(setting);
            }
        }
        refused.forEach(this::write);
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
