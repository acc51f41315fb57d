package dev.skiff.linux.tree;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
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

    /** An ordinary user to whom no ids are lent has but one. */
    @Override
    protected boolean keepsOwners() {
        RawPath probe = RawPath.of("owner");
        tree.makeDirectory(probe, FileMetadata.directory(0755).withOwner(1, 1));
        int owner = tree.stat(probe).orElseThrow().metadata().uid();
        tree.remove(probe);
        return owner == 1;
    }

    /** An ordinary user may not remove what belongs to the ids that are lent to them. */
    @Override
    protected void cleanUp() {
        host.removeTree(temporary.resolve("tree"));
    }
}
