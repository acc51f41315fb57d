package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Signal;
import org.junit.jupiter.api.Test;

class SignalDispositionsTest {
    private static String status(String blocked, String caught) {
        return "Name:\tnode\nSigQ:\t0/1\nShdPnd:\t0000000000000000\nSigBlk:\t" + blocked
                + "\nSigIgn:\t0000000000001000\nSigCgt:\t" + caught + "\n";
    }

    @Test
    void aHandlerNotices() {
        assertThat(SignalDispositions.canNotice(status("0000000000000000", "0000000000004000"), Signal.TERM))
                .isTrue();
    }

    @Test
    void aBlockedSignalIsNoticedLater() {
        assertThat(SignalDispositions.canNotice(status("fffffffe7ffbfeff", "0000000000000000"), Signal.TERM))
                .isTrue();
    }

    @Test
    void neitherMeansThatTheKernelDropsIt() {
        assertThat(SignalDispositions.canNotice(status("0000000000000000", "0000000108002002"), Signal.TERM))
                .isFalse();
        assertThat(SignalDispositions.canNotice(status("0000000000000000", "0000000000004000"), Signal.of("HUP")))
                .isFalse();
    }

    @Test
    void aProcessThatCannotBeSeenMayNotice() {
        assertThat(SignalDispositions.canNotice(Long.MAX_VALUE, Signal.TERM)).isTrue();
    }
}
