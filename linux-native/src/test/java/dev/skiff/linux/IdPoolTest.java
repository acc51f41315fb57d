package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdPoolTest {
    @TempDir
    Path directory;

    private IdPool pool(String subuid, String subgid) throws IOException {
        return IdPool.of(
                directory.resolve("ids"),
                Files.writeString(directory.resolve("subuid"), subuid),
                Files.writeString(directory.resolve("subgid"), subgid));
    }

    @Test
    void noTwoHaveTheSameIdsAtTheSameTime() throws IOException {
        String lent = "me:100000:65536\ncontainers:1000000:131072\n";
        IdPool pool = pool(lent, lent.replace("1000000", "3000000"));
        try (IdPool.Lease one = pool.take(65536)) {
            assertThat(one.firstUser()).isEqualTo(1000000);
            assertThat(one.firstGroup()).isEqualTo(3000000);
            IdPool another = pool(lent, lent); // as of another JVM
            try (IdPool.Lease two = another.take(10)) {
                assertThat(two.firstUser()).isEqualTo(1065536);
                assertThatThrownBy(() -> pool.take(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("lend more to the user containers in /etc/subuid");
            }
        }
        try (IdPool.Lease again = pool.take(65537)) {
            assertThat(again.firstUser()).isEqualTo(1000000);
        }
    }

    @Test
    void moreThanAPieceIsInOneRow() throws IOException {
        String lent = "containers:1000000:65536\ncontainers:5000000:131072\n";
        IdPool pool = pool(lent, lent);
        try (IdPool.Lease row = pool.take(70000)) {
            assertThat(row.firstUser()).isEqualTo(5000000);
        }
        assertThatThrownBy(() -> pool.take(200000)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whereNothingIsLentToContainersIdsAreNobodys() throws IOException {
        try (IdPool.Lease lease = pool("", "").take(65536)) {
            assertThat(lease.firstUser()).isEqualTo(1610612736L);
            assertThat(lease.firstGroup()).isEqualTo(1610612736L);
        }
        try (IdPool.Lease lease = pool("somebody:1610600000:65536\n", "").take(65536)) {
            assertThat(lease.firstUser()).isEqualTo(1610612736L + 65536);
        }
    }
}
