package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class PaxTimeTest {
    @Property
    void aTimeIsWrittenAsItsShortestDecimal(
            @ForAll @LongRange(min = -100_000_000_000L, max = 100_000_000_000L) long seconds,
            @ForAll @IntRange(max = 999_999_999) int nanos)
            throws ArchiveException {
        String written = text(new PaxTime(seconds, nanos));

        assertThat(new BigDecimal(written))
                .isEqualByComparingTo(BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9)));
        assertThat(written).matches("-?[0-9]+(\\.[0-9]*[1-9])?");
        assertThat(PaxTime.parse(written.getBytes(StandardCharsets.US_ASCII))).isEqualTo(new PaxTime(seconds, nanos));
    }

    @Example
    void aFractionKeepsTheZerosThatItBeginsWith() {
        assertThat(text(new PaxTime(1, 1))).isEqualTo("1.000000001");
        assertThat(text(new PaxTime(1, 50_000_000))).isEqualTo("1.05");
        assertThat(text(new PaxTime(0, 500_000_000))).isEqualTo("0.5");
        assertThat(text(new PaxTime(7, 0))).isEqualTo("7");
        assertThat(text(new PaxTime(-1, 500_000_000))).isEqualTo("-0.5");
    }

    private static String text(PaxTime time) {
        return new String(time.bytes(), StandardCharsets.US_ASCII);
    }
}
