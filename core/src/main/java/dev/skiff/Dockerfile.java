package dev.skiff;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.check.CheckInput;
import dev.skiff.dockerfile.check.Checks;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.dockerfile.parser.DockerfileParser;
import dev.skiff.oci.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A Dockerfile to be looked at without building it: whether it is well-formed, and what in it is probably not meant.
 *
 * <pre>{@code
 * for (CheckFinding finding : Dockerfile.parse(Path.of("Dockerfile")).check()) {
 *     System.out.println(finding);         // Dockerfile:3:1: JSONArgsRecommended: CMD should be a JSON array, ...
 * }
 * }</pre>
 *
 * <p>Immutable; every option gives a new value. Nothing is asked of the kernel, a store or a registry.
 */
@CheckReturnValue
public final class Dockerfile {
    private static final List<String> NAMES = List.of("Dockerfile", "dockerfile");
    private static final String IGNORE_FILE = ".dockerignore";

    private final dev.skiff.dockerfile.Dockerfile file;
    private final IgnoreRules ignored;
    private final Map<String, String> arguments;
    private final Platform platform;

    private Dockerfile(
            dev.skiff.dockerfile.Dockerfile file,
            IgnoreRules ignored,
            Map<String, String> arguments,
            Platform platform) {
        this.file = file;
        this.ignored = ignored;
        this.arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        this.platform = platform;
    }

    /**
     * Reads a Dockerfile, and the {@code .dockerignore} that belongs to it: {@code <name>.dockerignore} beside it, else
     * that of its directory.
     *
     * @param dockerfileOrContext the file, or the directory that has it
     * @throws DockerfileException for the first thing that is wrong in either file, or if there is none
     */
    public static Dockerfile parse(Path dockerfileOrContext) {
        Path path = Files.isDirectory(dockerfileOrContext) ? inDirectory(dockerfileOrContext) : dockerfileOrContext;
        String name = String.valueOf(path.getFileName());
        byte[] content =
                read(path).orElseThrow(() -> new DockerfileException(name, 1, 1, "", "", "no such file: " + path));
        return new Dockerfile(DockerfileParser.parse(name, content), ignoreRules(path), Map.of(), Platform.host());
    }

    /**
     * Parses a Dockerfile that is in memory; no {@code .dockerignore} belongs to it.
     *
     * @param name how messages call it, such as {@code Dockerfile}
     * @param content its bytes, as they would stand in a file
     * @throws DockerfileException for the first thing that is wrong
     */
    public static Dockerfile parse(String name, byte[] content) {
        Objects.requireNonNull(name, "name");
        return new Dockerfile(DockerfileParser.parse(name, content), IgnoreRules.NONE, Map.of(), Platform.host());
    }

    /** The same for text. */
    public static Dockerfile parse(String name, String content) {
        return parse(name, ByteText.encode(content));
    }

    /** A value for an {@code ARG}, as a build is given it: with it a variable is no longer empty. */
    public Dockerfile arg(String variable, String value) {
        Map<String, String> more = new LinkedHashMap<>(arguments);
        more.put(Objects.requireNonNull(variable, "variable"), Objects.requireNonNull(value, "value"));
        return new Dockerfile(file, ignored, more, platform);
    }

    /**
     * What the image is to run on, instead of this machine.
     *
     * @param platform such as {@code linux/arm64}
     */
    public Dockerfile platform(String platform) {
        return new Dockerfile(file, ignored, arguments, Platform.parse(platform));
    }

    /**
     * BuildKit's build checks: all but those that {@code # check=skip=...} leaves out, in the order of the file, at most
     * 1,000 findings. The image of a FROM is not looked at, so {@link BuildCheck#UNDEFINED_VAR} also reports variables that
     * only the base image sets, and {@link BuildCheck#INVALID_BASE_IMAGE_PLATFORM} is left to a build.
     *
     * @throws DockerfileException for a {@code # check} option that does not exist, or a global ARG that has no value
     */
    public List<CheckFinding> check() {
        return Checks.of(file, CheckInput.offline(arguments, platform, ignored));
    }

    /** Whether the file says {@code # check=error=true}: then a build fails with a {@link BuildCheckException} on findings. */
    public boolean findingsAreErrors() {
        return Checks.options(file, arguments).error();
    }

    /** The name that messages call it by. */
    @Override
    public String toString() {
        return file.source().name();
    }

    private static Path inDirectory(Path directory) {
        return NAMES.stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(directory.resolve(NAMES.get(0)));
    }

    private static IgnoreRules ignoreRules(Path dockerfile) {
        Path own = dockerfile.resolveSibling(dockerfile.getFileName() + IGNORE_FILE);
        return rules(own)
                .or(() -> rules(dockerfile.resolveSibling(IGNORE_FILE)))
                .orElse(IgnoreRules.NONE);
    }

    private static Optional<IgnoreRules> rules(Path file) {
        return read(file).map(content -> IgnoreRules.parse(String.valueOf(file.getFileName()), content));
    }

    private static Optional<byte[]> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(Source.MAX_BYTES + 1));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw new SkiffException("read " + file + ": " + e.getMessage(), e);
        }
    }
}
