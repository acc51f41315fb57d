package dev.skiff.linux.testing;

import dev.skiff.linux.FileTree;

class MemoryFileTreeTest extends FileTreeContract {
    @Override
    protected FileTree openEmpty() {
        return new MemoryFileTree();
    }
}
