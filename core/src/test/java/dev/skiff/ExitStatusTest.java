package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.ExitStatus.Exited;
import dev.skiff.ExitStatus.OutOfMemory;
import dev.skiff.ExitStatus.Signaled;
import org.junit.jupiter.api.Test;

class ExitStatusTest {
    @Test
    void theCodeIsTheShells() {
        assertThat(new Exited(3).code()).isEqualTo(3);
        assertThat(new Signaled(15).code()).isEqualTo(143);
        assertThat(new OutOfMemory(1 << 20).code()).isEqualTo(137);
    }

    @Test
    void onlyReturningZeroIsASuccess() {
        assertThat(new Exited(0).success()).isTrue();
        assertThat(new Exited(1).success()).isFalse();
        assertThat(new Signaled(9).success()).isFalse();
        assertThat(new OutOfMemory(0).success()).isFalse();
    }

    @Test
    void orThrowGivesASuccessBackAndThrowsAnythingElse() {
        ExitStatus good = new Exited(0);
        ExitStatus bad = new Signaled(11);

        assertThat(good.orThrow()).isSameAs(good);
        assertThatThrownBy(bad::orThrow)
                .isInstanceOfSatisfying(
                        ExitStatusException.class, e -> assertThat(e.status()).isEqualTo(bad))
                .hasMessage("the process was ended by signal 11");
    }

    @Test
    void whatNoProcessEndsWithIsRefused() {
        assertThatThrownBy(() -> new Exited(256)).hasMessage("code must be 0 to 255, got 256");
        assertThatThrownBy(() -> new Exited(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Signaled(0)).hasMessage("signal must be 1 to 64, got 0");
        assertThatThrownBy(() -> new Signaled(65)).isInstanceOf(IllegalArgumentException.class);
    }
}
