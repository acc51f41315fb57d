package dev.skiff.oci;

import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what an image runs on, and picks among images the one that runs here. Names are Go's: {@code amd64}, {@code arm64}.
 * A record read from a document keeps the names it found there; {@link #parse}, {@link #host} and {@link #normalized} give
 * the usual ones.
 *
 * @param osVersion of Windows
 * @param osFeatures what it needs of the operating system, such as {@code win32k}
 * @param variant of the processor: {@code v7}
 */
public record Platform(
        String architecture,
        String os,
        @JsonField("os.version") Optional<String> osVersion,
        @JsonField("os.features") List<String> osFeatures,
        Optional<String> variant,
        UnknownFields extra) {
    private static final Pattern VERSION = Pattern.compile("v([0-9]{1,3})(?:\\.([0-9]{1,3}))?");
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    public Platform {
        osFeatures = Copies.list(osFeatures);
        variant = variant.filter(text -> !text.isEmpty());
        osVersion = osVersion.filter(text -> !text.isEmpty());
    }

    /** An operating system on a processor, by any of their names. */
    public static Platform of(String os, String architecture) {
        return of(os, architecture, Optional.empty());
    }

    private static Platform of(String os, String architecture, Optional<String> variant) {
        return new Platform(architecture, os, Optional.empty(), List.of(), variant, UnknownFields.none()).normalized();
    }

    /**
     * The platform that is written {@code linux/arm64}, {@code linux/arm/v7}, or shorter: {@code arm64} for Linux on it,
     * {@code linux} for Linux on this processor.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        for (String part : parts) {
            if (!PART.matcher(part).matches()) {
                throw new IllegalArgumentException(
                        "platform must be such as linux/amd64 or linux/arm/v7, got " + Texts.excerpt(text));
            }
        }
        return switch (parts.length) {
            case 1 -> ofOneWord(parts[0]);
            case 2 -> of(parts[0], parts[1]);
            case 3 -> of(parts[0], parts[1], Optional.of(parts[2]));
            default ->
                throw new IllegalArgumentException(
                        "platform has at most three parts, os/architecture/variant, got " + Texts.excerpt(text));
        };
    }

    private static Platform ofOneWord(String word) {
        if (PlatformNames.isOs(word)) {
            return of(word, System.getProperty("os.arch"));
        }
        if (PlatformNames.isArchitecture(word)) {
            return of("linux", word);
        }
        throw new IllegalArgumentException("platform " + Texts.excerpt(word)
                + " is neither an operating system nor an architecture; write both: linux/amd64");
    }

    /** Linux on the processor of this JVM: what containers run on here. */
    public static Platform host() {
        return of("linux", System.getProperty("os.arch"));
    }

    /** The same by its usual names, and without a variant that goes without saying: {@code linux/arm64/v8} is {@code linux/arm64}. */
    public Platform normalized() {
        return new Platform(
                PlatformNames.architecture(architecture),
                PlatformNames.os(os),
                osVersion,
                osFeatures,
                PlatformNames.variant(architecture, variant),
                extra);
    }

    /**
     * How well an image for {@code offered} fits a machine that is this; more is better, empty if it cannot run. The
     * processor must be of the same kind and its variant not above the machine's; the nearest below fits best. A 64-bit
     * machine is not offered 32-bit images: many can no longer run them, and a refusal says more than a crash.
     */
    public OptionalInt fitness(Platform offered) {
        Platform machine = normalized();
        Platform image = offered.normalized();
        boolean same = machine.os.equals(image.os)
                && machine.architecture.equals(image.architecture)
                && machine.osFeatures.containsAll(image.osFeatures)
                && (machine.osVersion.isEmpty()
                        || image.osVersion.isEmpty()
                        || machine.osVersion.equals(image.osVersion));
        return same ? variantFitness(machine, image) : OptionalInt.empty();
    }

    private static OptionalInt variantFitness(Platform machine, Platform image) {
        OptionalInt most = machine.variantNumber();
        OptionalInt asked = image.variantNumber();
        if (most.isPresent() && asked.isPresent()) {
            return asked.getAsInt() <= most.getAsInt() ? asked : OptionalInt.empty();
        }
        if (machine.variant.equals(image.variant)) {
            return OptionalInt.of(1);
        }
        return image.variant.isEmpty() ? OptionalInt.of(0) : OptionalInt.empty();
    }

    private OptionalInt variantNumber() {
        Matcher version = VERSION.matcher(
                variant.or(() -> PlatformNames.usualVariant(architecture)).orElse(""));
        if (!version.matches()) {
            return OptionalInt.empty();
        }
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return OptionalInt.of(Integer.parseInt(version.group(1)) * 1000 + minor);
    }

    /** {@code os/architecture}, and the variant if there is one. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>(List.of(os, architecture));
        variant.ifPresent(parts::add);
        return String.join("/", parts);
    }
}
