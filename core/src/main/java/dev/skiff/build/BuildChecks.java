package dev.skiff.build;

import dev.skiff.BuildCheckException;
import dev.skiff.CheckFinding;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.check.CheckInput;
import dev.skiff.dockerfile.check.Checks;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.dockerfile.plan.ContextNames;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.ReferenceSyntaxException;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.store.StoredImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Ends a build before it begins when its file says that findings of checks are errors, and there are some. */
final class BuildChecks {
    private final BuildRequest request;
    private final BaseImages images;

    BuildChecks(BuildRequest request, BaseImages images) {
        this.request = request;
        this.images = images;
    }

    /**
     * Looks into the stages that are to be built.
     *
     * @throws BuildCheckException for findings, if the file or a build argument makes them errors
     */
    void refuse(Dockerfile file, List<Stage> stages, IgnoreRules ignored) {
        if (!Checks.options(file, request.arguments()).error()) {
            return;
        }
        Set<Integer> built = stages.stream().map(Stage::index).collect(Collectors.toSet());
        CheckInput input =
                new CheckInput(request.arguments(), request.platform(), ignored, this::base, built::contains);
        List<CheckFinding> findings = Checks.of(file, input);
        if (!findings.isEmpty()) {
            throw new BuildCheckException(findings);
        }
    }

    // The build would need the image at once anyway.
    private Optional<CheckInput.Base> base(Word at, String reference, Platform wanted) {
        if (request.contexts().containsKey(ContextNames.canonical(reference))) {
            return Optional.empty(); // it is opened by the stage that needs it, and not before
        }
        try {
            StoredImage image =
                    images.resolve(Reference.parse(reference), wanted).image();
            ContainerConfig config = image.config().containerConfig();
            return Optional.of(new CheckInput.Base(
                    variables(config.env()),
                    !config.shell().isEmpty(),
                    image.config().platform()));
        } catch (ReferenceSyntaxException malformed) {
            throw at.error("invalid reference format: " + malformed.getMessage());
        }
    }

    private static Map<String, String> variables(List<String> environment) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String pair : environment) {
            int equals = pair.indexOf('=');
            variables.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return variables;
    }
}
