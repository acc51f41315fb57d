package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code PATH}: where programs are looked for on the host, and where the image will look for them.
 *
 * @param text as in the environment
 */
record SearchPath(String text) {
    /** What images have when they say nothing else. */
    static final String DEFAULT = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /**
     * The directories searched. Relative ones are passed over, and so are the directories of version managers (pyenv,
     * rbenv, asdf): a shim there asks its manager which program it stands for, and that one is not in the image.
     */
    List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        for (String directory : text.split(":", -1)) {
            Path path = Path.of(directory);
            if (path.isAbsolute() && !HostRoot.name(path).equals("shims")) {
                directories.add(path.normalize());
            }
        }
        return directories;
    }

    /** The path of a program, as it is named: links are not followed. A name with a slash is a path already. */
    Optional<Path> find(String program, HostRoot root) throws IOException {
        Path asPath = Path.of(program);
        List<Path> candidates = asPath.isAbsolute()
                ? List.of(asPath)
                : directories().stream()
                        .map(directory -> directory.resolve(program))
                        .toList();
        for (Path candidate : candidates) {
            Optional<HostRoot.Trail> trail = root.follow(candidate);
            if (trail.isPresent() && root.isExecutable(trail.get().target())) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** The image's {@code PATH}: the default one, after those directories of the host's that it has not. */
    static String ofImage(List<Path> programs) {
        Set<String> directories = new LinkedHashSet<>();
        List<String> usual = List.of(DEFAULT.split(":"));
        for (Path program : programs) {
            String directory = HostRoot.parent(program).toString();
            if (!usual.contains(directory)) {
                directories.add(directory);
            }
        }
        directories.addAll(usual);
        return String.join(":", directories);
    }
}
