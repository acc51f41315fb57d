package dev.skiff.linux.cgroup;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.DeviceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which devices a container may use. */
public final class DeviceRules {
    private static final int MEMORY = 1; // majors of Documentation/admin-guide/devices.txt
    private static final int TERMINALS = 5;
    private static final int PSEUDO_TERMINALS = 136;
    private static final String ALL = "rwm";

    private static final List<DeviceRule> ALWAYS = List.of(
            DeviceRule.allow(DeviceType.CHARACTER, MEMORY, 3, ALL), // null
            DeviceRule.allow(DeviceType.CHARACTER, MEMORY, 5, ALL), // zero
            DeviceRule.allow(DeviceType.CHARACTER, MEMORY, 7, ALL), // full
            DeviceRule.allow(DeviceType.CHARACTER, MEMORY, 8, ALL), // random
            DeviceRule.allow(DeviceType.CHARACTER, MEMORY, 9, ALL), // urandom
            DeviceRule.allow(DeviceType.CHARACTER, TERMINALS, 0, ALL), // tty
            DeviceRule.allow(DeviceType.CHARACTER, TERMINALS, 1, ALL), // console
            DeviceRule.allow(DeviceType.CHARACTER, TERMINALS, 2, ALL), // ptmx
            anyMinor(DeviceType.CHARACTER, Optional.of((long) PSEUDO_TERMINALS), ALL),
            anyMinor(DeviceType.CHARACTER, Optional.empty(), "m"), // a node alone opens nothing
            anyMinor(DeviceType.BLOCK, Optional.empty(), "m"));

    private DeviceRules() {}

    private static DeviceRule anyMinor(DeviceType type, Optional<Long> major, String access) {
        return new DeviceRule(
                true, Optional.of(type), major, Optional.empty(), Optional.of(access), UnknownFields.none());
    }

    /** None but those that every container has. */
    public static List<DeviceRule> defaults() {
        return List.of(DeviceRule.denyAll());
    }

    /** The defaults as they are loaded. */
    public static List<DeviceRule> completeDefaults() {
        return complete(defaults());
    }

    /** These rules, and those that a container needs to be one: config-linux.md, "Default Devices". */
    static List<DeviceRule> complete(List<DeviceRule> rules) {
        if (rules.isEmpty()) {
            return rules;
        }
        List<DeviceRule> all = new ArrayList<>(rules);
        all.addAll(ALWAYS);
        return all;
    }

    /** As the files of version 1 take it. They read no further than {@code a}, which is everything: what is less is said of each type. */
    static List<String> texts(DeviceRule rule) {
        String access = rule.access().filter(letters -> !letters.isEmpty()).orElse(ALL);
        String numbers = number(rule.major()) + ":" + number(rule.minor());
        DeviceType type = rule.type().orElse(DeviceType.ALL);
        if (type == DeviceType.ALL && numbers.equals("*:*") && access.length() == 3) {
            return List.of("a");
        }
        return letters(type).stream()
                .map(letter -> letter + " " + numbers + " " + access)
                .toList();
    }

    private static List<String> letters(DeviceType type) {
        return switch (type) {
            case ALL -> List.of("c", "b");
            case CHARACTER, UNBUFFERED -> List.of("c");
            case BLOCK -> List.of("b");
            case FIFO -> throw new IllegalArgumentException("a rule of devices is about a FIFO, which is no device");
        };
    }

    /** Absent and -1 are any. */
    private static String number(Optional<Long> number) {
        return number.filter(value -> value != -1).map(String::valueOf).orElse("*");
    }
}
