package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EtcFilesTest {
    @Test
    void aServerAtTheHostsLoopbackInterfaceIsLeftOut() {
        assertThat(EtcFiles.reachable(
                        "search example.com\nnameserver 127.0.0.53\nnameserver 192.0.2.53\noptions edns0\n"))
                .isEqualTo("search example.com\nnameserver 192.0.2.53\noptions edns0\n");
        assertThat(EtcFiles.reachable("nameserver ::1\nnameserver 2001:db8::53\n"))
                .isEqualTo("nameserver 2001:db8::53\n");
    }

    @Test
    void ifThereIsNoOtherTheUplinkIsAsked() {
        assertThat(EtcFiles.reachable("nameserver 127.0.0.53\nsearch example.com\n"))
                .isEqualTo("nameserver 10.0.2.3\nsearch example.com\n");
        assertThat(EtcFiles.reachable("")).isEqualTo("nameserver 10.0.2.3\n");
    }
}
