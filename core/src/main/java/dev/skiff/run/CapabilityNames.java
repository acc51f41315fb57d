package dev.skiff.run;

import dev.skiff.oci.runtime.Capability;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Capabilities as people name them: {@code NET_ADMIN}, {@code CAP_NET_ADMIN} or {@code net_admin}, and {@code ALL}.
 *
 * @param all whether {@code ALL} was among them
 */
public record CapabilityNames(boolean all, Set<Capability> named) {
    private static final String ALL = "ALL";
    private static final String PREFIX = "CAP_";

    /**
     * Finds them.
     *
     * @throws IllegalArgumentException for a name that no capability has
     */
    public static CapabilityNames of(String... names) {
        boolean all = false;
        Set<Capability> named = EnumSet.noneOf(Capability.class);
        for (String name : names) {
            String upper = name.toUpperCase(Locale.ROOT);
            if (upper.equals(ALL)) {
                all = true;
            } else {
                named.add(find(name, upper.startsWith(PREFIX) ? upper : PREFIX + upper));
            }
        }
        return new CapabilityNames(all, named);
    }

    private static Capability find(String asked, String name) {
        return Stream.of(Capability.values())
                .filter(capability -> capability.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("no capability is called \"" + asked + "\"; see capabilities(7)"));
    }
}
