package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListenProbeTest {
    private static final String TABLE = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
               1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1
            """;

    @Test
    void aSocketThatListensAtThePortIsFound() {
        assertThat(new ListenProbe(1, 3000).listens(TABLE)).isTrue();
        assertThat(new ListenProbe(1, 3001).listens(TABLE)).isFalse();
    }

    @Test
    void aConnectionAtThePortDoesNotListen() {
        assertThat(new ListenProbe(1, 8080).listens(TABLE)).isFalse();
    }
}
