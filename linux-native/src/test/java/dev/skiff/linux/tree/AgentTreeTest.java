package dev.skiff.linux.tree;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.testing.FileTreeContract;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class AgentTreeTest extends FileTreeContract {
    private static LinuxHost host;

    @TempDir
    Path temporary;

    @BeforeAll
    static void open() {
        host = LinuxHost.open();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @Override
    protected FileTree openEmpty() throws IOException {
        return host.tree(Files.createDirectory(temporary.resolve("tree")));
    }
}
