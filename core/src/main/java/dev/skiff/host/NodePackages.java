package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds what belongs to a script that Node.js reads: its package, and the packages around it that it may {@code require}.
 * Which of these it needs is not computed: its {@code package.json} says so only of what was not bundled.
 */
final class NodePackages {
    private static final Path DEBIAN = Path.of("/usr/share/nodejs");

    private final HostRoot root;
    private final Trees trees;
    private final Runtimes runtimes;

    NodePackages(HostRoot root, Trees trees, Runtimes runtimes) {
        this.root = root;
        this.trees = trees;
        this.runtimes = runtimes;
    }

    void add(Path script) throws IOException {
        if (script.startsWith(DEBIAN)) {
            runtimes.addDebianModules();
            return;
        }
        Optional<Path> tree = inNodeModules(script).or(() -> nearestPackage(script));
        if (tree.isPresent()) {
            trees.add(tree.get());
        }
    }

    /**
     * The outermost {@code node_modules} that holds the script, as packages are hoisted to it; but of the global one
     * ({@code <prefix>/lib/node_modules}) only the package, since each brings its own there.
     */
    private static Optional<Path> inNodeModules(Path script) {
        for (int i = 0; i < script.getNameCount() - 1; i++) {
            if (script.getName(i).toString().equals("node_modules")) {
                boolean global = i > 0 && script.getName(i - 1).toString().equals("lib");
                boolean scoped = script.getName(i + 1).toString().startsWith("@");
                int names = i + 1 + (global ? 1 : 0) + (global && scoped ? 1 : 0);
                return Optional.of(HostRoot.TOP.resolve(script.subpath(0, names)));
            }
        }
        return Optional.empty();
    }

    private Optional<Path> nearestPackage(Path script) {
        Path directory = HostRoot.parent(script);
        while (!HostRoot.isShared(directory)) {
            if (root.isRegular(directory.resolve("package.json"))) {
                return Optional.of(directory);
            }
            directory = HostRoot.parent(directory);
        }
        return Optional.empty();
    }
}
