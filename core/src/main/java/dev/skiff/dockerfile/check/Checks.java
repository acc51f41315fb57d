package dev.skiff.dockerfile.check;

import dev.skiff.CheckFinding;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.plan.GlobalArguments;
import dev.skiff.dockerfile.plan.PlatformArguments;
import dev.skiff.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out the checks of a file. */
public final class Checks {
    private static final String OPTIONS = "BUILDKIT_DOCKERFILE_CHECK";

    private Checks() {}

    /**
     * What the file, or in its stead a build argument, asks for.
     *
     * @throws dev.skiff.DockerfileException for an option that does not exist
     */
    public static CheckOptions options(Dockerfile file, Map<String, String> arguments) {
        return CheckOptions.of(file, Optional.ofNullable(arguments.get(OPTIONS)));
    }

    /**
     * All that is found, in the order of the file.
     *
     * @throws dev.skiff.DockerfileException for a {@code # check} option that does not exist, or a global ARG whose
     *     default cannot be expanded
     */
    public static List<CheckFinding> of(Dockerfile file, CheckInput input) {
        Findings findings = new Findings(options(file, input.arguments()));
        Expander expander = new Expander(file.escape());
        Map<String, String> predefined = PlatformArguments.of(Platform.host(), input.platform(), "default");
        Map<String, String> global = GlobalArguments.of(file, expander, predefined, input.arguments());
        Map<String, String> defaults = GlobalArguments.of(file, expander, predefined, Map.of());

        new CasingChecks(findings).check(file);
        new FormChecks(findings).check(file);
        new DescriptionCheck(findings).check(file);
        new StageNameChecks(findings).check(file.stages());
        new FromChecks(findings, expander, file, global, defaults).check();
        new StageChecks(findings, expander, global, input).check(file.stages());
        return findings.inOrder();
    }
}
