package dev.skiff.build;

import dev.skiff.DockerfileException;
import dev.skiff.build.context.DirectorySource;
import dev.skiff.build.context.RawContext;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.parser.DockerfileParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Dockerfile as it was found, and what is left out of the context for it.
 */
record BuildFile(Dockerfile dockerfile, IgnoreFile ignore) {
    /**
     * Reads it. It is read whether or not {@code .dockerignore} leaves it out.
     *
     * @throws DockerfileException if it is not there, or makes no sense, or a rule in the ignore file makes none
     */
    static BuildFile read(BuildRequest request, RawContext context) throws IOException {
        DockerfileSource source = request.dockerfile();
        if (source instanceof DockerfileSource.OfText text) {
            return new BuildFile(DockerfileParser.parse("Dockerfile", text.bytes()), IgnoreFile.of(context));
        } else if (source instanceof DockerfileSource.OfFile file) {
            return read(file.file(), context);
        }
        DockerfileSource.InContext inside = (DockerfileSource.InContext) source;
        return request.context() instanceof DirectorySource directory
                ? read(onHost(inside, directory), context)
                : read(inside, context);
    }

    private static BuildFile read(Path file, RawContext context) throws IOException {
        String name = file.getFileName().toString();
        byte[] content = SmallFiles.read(file).orElseThrow(() -> missing(name, "no such file: " + file));
        Optional<IgnoreFile> own = IgnoreFile.beside(file);
        return new BuildFile(
                DockerfileParser.parse(name, content), own.isPresent() ? own.get() : IgnoreFile.of(context));
    }

    /** In a directory, it may be a link to anywhere, as any Dockerfile of the host may. */
    private static Path onHost(DockerfileSource.InContext inside, DirectorySource context) {
        return inside.paths().stream()
                .map(context.directory()::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElse(context.directory().resolve(inside.paths().get(0)));
    }

    private static BuildFile read(DockerfileSource.InContext inside, RawContext context) throws IOException {
        for (String path : inside.paths()) {
            Optional<byte[]> content = SmallFiles.read(context, path);
            if (content.isPresent()) {
                Optional<IgnoreFile> own = IgnoreFile.beside(context, path);
                return new BuildFile(
                        DockerfileParser.parse(path, content.get()),
                        own.isPresent() ? own.get() : IgnoreFile.of(context));
            }
        }
        String name = inside.paths().get(0);
        throw missing(name, "no such file in the build context " + context.label());
    }

    private static DockerfileException missing(String name, String problem) {
        return new DockerfileException(name, 1, 1, "", "", problem);
    }
}
