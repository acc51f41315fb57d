package dev.skiff.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/x86_64, linux/amd64",
        "Linux/X86-64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v9, linux/arm64/v9",
        "linux/arm, linux/arm/v7",
        "linux/arm/7, linux/arm/v7",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "linux/i686, linux/386",
        "macos/arm64, darwin/arm64",
        "riscv64, linux/riscv64",
        "armel, linux/arm/v6",
        "windows/amd64, windows/amd64",
    })
    void platformsAreKnownByAllTheirNames(String written, String usual) {
        assertThat(Platform.parse(written)).hasToString(usual);
        assertThat(Platform.parse(usual)).isEqualTo(Platform.parse(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "linux/", "/amd64", "linux/amd64/v1/x", "vax", "linux amd64", "linux/../etc", "linux\n"
            })
    void whatNamesNoPlatformIsRejectedWithAnExample(String text) {
        assertThatThrownBy(() -> Platform.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("platform ");
    }

    @Test
    void theHostIsLinuxOnTheProcessorOfThisJvm() {
        assertThat(Platform.host().os()).isEqualTo("linux");
        assertThat(Platform.host()).isEqualTo(Platform.parse("linux/" + System.getProperty("os.arch")));
        assertThat(Platform.parse("linux")).isEqualTo(Platform.host());
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/amd64, linux/x86_64",
        "linux/amd64/v3, linux/amd64/v2",
        "linux/arm64, linux/arm64/v8",
        "linux/arm64/v9, linux/arm64",
        "linux/arm64/v8.2, linux/arm64/v8.1",
        "linux/arm/v7, linux/arm/v5",
        "linux/ppc64le/power9, linux/ppc64le",
        "linux/ppc64le/power9, linux/ppc64le/power9",
    })
    void anImageForTheSameOrALesserVariantRuns(String machine, String image) {
        assertThat(Platform.parse(machine).fitness(Platform.parse(image))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, windows/amd64",
        "linux/amd64, linux/arm64",
        "linux/amd64, linux/386",
        "linux/amd64, linux/amd64/v2",
        "linux/arm64, linux/arm64/v9",
        "linux/arm64, linux/arm/v7",
        "linux/arm/v6, linux/arm/v7",
        "linux/arm/v6, linux/arm",
        "linux/ppc64le, linux/ppc64le/power9",
    })
    void anImageForAnotherOrAGreaterMachineDoesNot(String machine, String image) {
        assertThat(Platform.parse(machine).fitness(Platform.parse(image))).isEmpty();
    }

    @Test
    void theNearestVariantBelowFitsBest() {
        Platform machine = Platform.parse("linux/arm/v7");

        assertThat(machine.fitness(Platform.parse("linux/arm/v6")).getAsInt())
                .isGreaterThan(machine.fitness(Platform.parse("linux/arm/v5")).getAsInt())
                .isLessThan(machine.fitness(Platform.parse("linux/arm/v7")).getAsInt());
    }

    @Test
    void featuresThatTheMachineDoesNotHaveAreNotPromised() {
        Platform needy = new Platform(
                "amd64", "windows", Optional.of("10.0.1"), List.of("win32k"), Optional.empty(), UnknownFields.none());

        assertThat(Platform.parse("windows/amd64").fitness(needy)).isEmpty();
        assertThat(needy.fitness(Platform.parse("windows/amd64"))).isPresent();
        assertThat(needy.fitness(new Platform(
                        "amd64", "windows", Optional.of("10.0.2"), List.of(), Optional.empty(), UnknownFields.none())))
                .isEmpty();
    }
}
