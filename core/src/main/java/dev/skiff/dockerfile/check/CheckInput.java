package dev.skiff.dockerfile.check;

import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.oci.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * What the checks know besides the file itself.
 *
 * @param arguments what the build is given
 * @param platform what the image is to run on
 * @param ignored what the context leaves out
 * @param bases what is known of base images
 * @param stages which stages are looked into, by index: those that are built
 */
public record CheckInput(
        Map<String, String> arguments, Platform platform, IgnoreRules ignored, Bases bases, IntPredicate stages) {
    public CheckInput {
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** Looks into every stage, and takes every image for one that sets nothing. */
    public static CheckInput offline(Map<String, String> arguments, Platform platform, IgnoreRules ignored) {
        Bases plain = (at, reference, wanted) -> Optional.of(new Base(Map.of(), false, wanted));
        return new CheckInput(arguments, platform, ignored, plain, stage -> true);
    }

    /** Finds base images. */
    @FunctionalInterface
    public interface Bases {
        /**
         * What is known of an image. When nothing is, no variable is reported as undefined in a stage on it.
         *
         * @param at where the file names it
         * @param wanted the platform that is asked for
         */
        Optional<Base> find(Word at, String reference, Platform wanted);
    }

    /**
     * A base image.
     *
     * @param environment the variables it sets
     * @param setsShell whether it says which shell is meant
     * @param platform what it is for
     */
    public record Base(Map<String, String> environment, boolean setsShell, Platform platform) {
        public Base {
            environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        }
    }
}
