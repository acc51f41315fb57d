package dev.skiff.build.copy;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeChangeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "644 +x 755",
                "640 g=u 660",
                "640 a+rX 644",
                "700 a+rX 755",
                "751 o=g 755",
                "777 go-w 755",
                "4755 u-s 755",
                "755 u+s 4755",
                "755 +s 6755",
                "755 o+s 755",
                "755 +t 1755",
                "1777 go=rX 1755",
                "4755 u=rwx 755",
                "644 a= 0",
                "644 u+x-r 344",
                "600 u+x,g=u 770",
                "111 a-x,a+X 111",
                "640 ug+w,o= 660",
                "0 755 755",
                "6777 0644 644",
                "7777 000000755 755",
            })
    void aModeChangesPermissionsAsChmodDoes(String before, String mode, String after) {
        assertThat(Integer.toOctalString(ModeChange.parse(mode).apply(Integer.parseInt(before, 8), false)))
                .isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"600 a+X 711", "700 go=rX 755", "755 a-X 644"})
    void aDirectoryCountsAsExecutable(String before, String mode, String after) {
        assertThat(Integer.toOctalString(ModeChange.parse(mode).apply(Integer.parseInt(before, 8), true)))
                .isEqualTo(after);
    }

    @Property
    void anOctalModeIsWhatComesOut(@ForAll @IntRange(max = 07777) int before, @ForAll @IntRange(max = 07777) int mode) {
        ModeChange change = ModeChange.parse(Integer.toOctalString(mode));

        assertThat(change.apply(before, false)).isEqualTo(mode);
        assertThat(change.ofNewDirectory()).isEqualTo(mode & 0777);
    }

    @Property
    void equalsThenNothingIsIdempotent(@ForAll @IntRange(max = 07777) int before, @ForAll boolean directory) {
        ModeChange change = ModeChange.parse("u=rwX,go=rX");
        int once = change.apply(before, directory);

        assertThat(change.apply(once, directory)).isEqualTo(once);
        assertThat(once & 0022).isZero();
    }
}
