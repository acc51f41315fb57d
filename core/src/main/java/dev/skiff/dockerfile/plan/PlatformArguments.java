package dev.skiff.dockerfile.plan;

import dev.skiff.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Map;

/** The arguments that tell of platforms: in the global scope without an ARG, in a stage after one. */
public final class PlatformArguments {
    private PlatformArguments() {}

    /**
     * The arguments of a build.
     *
     * @param build where it runs
     * @param target what the image is to run on
     * @param stage the name of the target stage, or {@code default}
     */
    public static Map<String, String> of(Platform build, Platform target, String stage) {
        Map<String, String> arguments = new LinkedHashMap<>();
        put(arguments, "BUILD", build);
        put(arguments, "TARGET", target);
        arguments.put("TARGETSTAGE", stage);
        return arguments;
    }

    private static void put(Map<String, String> arguments, String side, Platform platform) {
        arguments.put(side + "PLATFORM", platform.toString());
        arguments.put(side + "OS", platform.os());
        arguments.put(side + "OSVERSION", platform.osVersion().orElse(""));
        arguments.put(side + "ARCH", platform.architecture());
        arguments.put(side + "VARIANT", platform.variant().orElse(""));
    }
}
