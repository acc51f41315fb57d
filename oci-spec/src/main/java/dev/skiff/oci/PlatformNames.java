package dev.skiff.oci;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What processors and operating systems are called: by Go, which images follow, and by kernels, JVMs and people. */
final class PlatformNames {
    private static final Set<String> SYSTEMS = words(
            "linux windows darwin freebsd netbsd openbsd dragonfly solaris" + " illumos aix android plan9 wasip1");

    private static final Set<String> ARCHITECTURES =
            words("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle" + " ppc64 ppc64le riscv64 s390x wasm");

    private static final Map<String, String> OTHER_NAMES = Map.ofEntries(
            Map.entry("x86_64", "amd64"),
            Map.entry("x86-64", "amd64"),
            Map.entry("aarch64", "arm64"),
            Map.entry("i386", "386"),
            Map.entry("i486", "386"),
            Map.entry("i586", "386"),
            Map.entry("i686", "386"),
            Map.entry("x86", "386"),
            Map.entry("armhf", "arm"),
            Map.entry("armel", "arm"),
            Map.entry("armv7l", "arm"),
            Map.entry("loongarch64", "loong64"),
            Map.entry("macos", "darwin"));

    private static final Map<String, String> USUAL_VARIANTS = Map.of("amd64", "v1", "arm", "v7", "arm64", "v8");

    private PlatformNames() {}

    private static Set<String> words(String text) {
        return Set.of(text.split(" "));
    }

    static boolean isOs(String name) {
        return SYSTEMS.contains(os(name));
    }

    static boolean isArchitecture(String name) {
        return ARCHITECTURES.contains(architecture(name));
    }

    static String os(String name) {
        return usual(name);
    }

    static String architecture(String name) {
        return usual(name);
    }

    private static String usual(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OTHER_NAMES.getOrDefault(lower, lower);
    }

    /** What a processor is taken for of which no variant is named. */
    static Optional<String> usualVariant(String architecture) {
        return Optional.ofNullable(USUAL_VARIANTS.get(architecture(architecture)));
    }

    /** The variant as it is said: always of an {@code arm}, whose variants all differ, else only if it is not the usual one. */
    static Optional<String> variant(String architecture, Optional<String> written) {
        Optional<String> usual = usualVariant(architecture);
        Optional<String> named =
                architecture.equalsIgnoreCase("armel") ? Optional.of("v6") : written.map(PlatformNames::withV);
        return architecture(architecture).equals("arm")
                ? named.or(() -> usual)
                : named.filter(v -> !usual.equals(Optional.of(v)));
    }

    private static String withV(String variant) {
        String lower = variant.toLowerCase(Locale.ROOT);
        return lower.matches("[0-9].*") ? "v" + lower : lower;
    }
}
