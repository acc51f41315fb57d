package dev.skiff.build.context;

import java.nio.file.Path;

class PathAccessTest extends HostTreeContract {
    @Override
    FileAccess access(Path directory) {
        return new PathAccess(directory);
    }
}
