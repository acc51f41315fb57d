package dev.skiff.layer;

import dev.skiff.linux.FileTree;

class MemoryFileTreeTest extends FileTreeContract {
    @Override
    protected FileTree open() {
        return new MemoryFileTree();
    }
}
