package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PortTest {
    @Test
    void isAFreePortOfLoopbackUntilMoreIsAsked() {
        Port port = Port.tcp(3000);

        assertThat(port.containerPort()).isEqualTo(3000);
        assertThat(port.hostPort()).isEmpty();
        assertThat(port.allInterfaces()).isFalse();
        assertThat(port).hasToString("127.0.0.1:free->3000/tcp");
    }

    @Test
    void eachStepIsANewValueAndKeepsTheOthers() {
        Port port = Port.tcp(3000);
        Port open = port.onAllInterfaces().onHost(8080);

        assertThat(open)
                .isEqualTo(Port.tcp(3000).onHost(8080).onAllInterfaces())
                .hasToString("0.0.0.0:8080->3000/tcp");
        assertThat(open.hostPort()).hasValue(8080);
        assertThat(port).isEqualTo(Port.tcp(3000)).isNotEqualTo(open);
    }

    @Test
    void theLastHostPortWins() {
        assertThat(Port.tcp(1).onHost(2).onHost(3).hostPort()).hasValue(3);
    }

    @Test
    void aNumberThatIsNoPortIsRefusedByName() {
        assertThatThrownBy(() -> Port.tcp(0)).hasMessage("containerPort must be 1 to 65535, got 0");
        assertThatThrownBy(() -> Port.tcp(1).onHost(65536)).hasMessage("port must be 1 to 65535, got 65536");
    }
}
