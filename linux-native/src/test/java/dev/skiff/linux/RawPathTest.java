package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RawPathTest {
    @Test
    void aPathIsInItsParentAndInNothingElse() {
        String[] paths = {"", "a", "b", "ab", "a/b", "a/bc", "a/b/c", "ab/c", "a-b/c"};
        for (String path : paths) {
            for (String directory : paths) {
                RawPath one = RawPath.of(path);
                RawPath other = RawPath.of(directory);
                boolean isParent = !one.isRoot() && one.parent().equals(other);
                assertThat(one.isIn(other)).as("%s in %s", path, directory).isEqualTo(isParent);
            }
        }
    }
}
