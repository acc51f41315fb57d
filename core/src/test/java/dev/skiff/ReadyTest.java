package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyTest {
    @Test
    void withinKeepsAllButTheLimit() {
        Duration limit = Duration.ofSeconds(20);

        for (Ready ready : List.of(Ready.http(3000, "/health?full"), Ready.tcp(3000), Ready.log("listening"))) {
            assertThat(ready.limit()).isEqualTo(Duration.ofMinutes(1));
            assertThat(ready.within(limit).limit()).isEqualTo(limit);
            assertThat(ready.within(limit).within(ready.limit())).isEqualTo(ready);
        }
    }

    @Test
    void aPathThatWouldWriteAnotherHeaderIsRefused() {
        assertThatThrownBy(() -> Ready.http(80, "/ HTTP/1.1\r\nHost: other"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ready.http(80, "health")).hasMessageContaining("begin with a slash");
    }

    @Test
    void whatIsNoExpressionIsRefusedWhenItIsWritten() {
        assertThatThrownBy(() -> Ready.log("(")).hasMessageStartingWith("regex: Unclosed group");
        assertThat(((Ready.Log) Ready.log("port \\d+"))
                        .pattern()
                        .matcher("on port 3000")
                        .find())
                .isTrue();
    }

    @Test
    void aLimitOfNothingIsRefused() {
        assertThatThrownBy(() -> Ready.tcp(80).within(Duration.ZERO)).hasMessageContaining("got PT0S");
        assertThatThrownBy(() -> Ready.tcp(80).within(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("limit");
    }
}
