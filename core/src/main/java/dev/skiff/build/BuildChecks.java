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
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Carries out the checks of a Dockerfile before its build begins. Findings are warnings, and only looked for if somebody hears
 * of them, unless the file says that they are errors.
 */
final class BuildChecks {
    private final BuildRequest request;
    private final Store store;
    private final BaseImages images;

    BuildChecks(BuildRequest request, Store store, BaseImages images) {
        this.request = request;
        this.store = store;
        this.images = images;
    }

    /**
     * Looks into the stages that are to be built.
     *
     * @throws BuildCheckException for findings, if the file or a build argument makes them errors
     */
    void carryOut(Dockerfile file, List<Stage> stages, IgnoreRules ignored, Progress progress) {
        boolean errors = Checks.options(file, request.arguments()).error();
        if (!errors && request.listeners().isEmpty()) {
            return;
        }
        Set<Integer> built = stages.stream().map(Stage::index).collect(Collectors.toSet());
        CheckInput.Bases bases = errors ? this::resolved : this::inStore;
        CheckInput input = new CheckInput(request.arguments(), request.platform(), ignored, bases, built::contains);
        List<CheckFinding> findings = Checks.of(file, input);
        if (errors && !findings.isEmpty()) {
            throw new BuildCheckException(findings);
        }
        for (CheckFinding finding : findings) {
            progress.warn(finding.check() + ": " + finding.message(), OptionalInt.of(finding.line()));
        }
    }

    // For a warning no image is fetched before its turn.
    private Optional<CheckInput.Base> inStore(Word at, String reference, Platform wanted) {
        return Optional.of(reference)
                .filter(name -> !isContext(name))
                .flatMap(name -> store.images().find(parse(at, name)))
                .map(BuildChecks::base)
                .filter(base -> base.platform().os().equals(wanted.os())
                        && base.platform().architecture().equals(wanted.architecture()));
    }

    private Optional<CheckInput.Base> resolved(Word at, String reference, Platform wanted) {
        return isContext(reference)
                ? Optional.empty()
                : Optional.of(base(images.resolve(parse(at, reference), wanted, request.pull())
                        .image()));
    }

    // A named context is opened by the stage that needs it, and not before.
    private boolean isContext(String reference) {
        return request.contexts().containsKey(ContextNames.canonical(reference));
    }

    private static Reference parse(Word at, String reference) {
        try {
            return Reference.parse(reference);
        } catch (ReferenceSyntaxException malformed) {
            throw at.error("invalid reference format: " + malformed.getMessage());
        }
    }

    private static CheckInput.Base base(StoredImage image) {
        ContainerConfig config = image.config().containerConfig();
        return new CheckInput.Base(
                variables(config.env()),
                !config.shell().isEmpty(),
                image.config().platform());
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
