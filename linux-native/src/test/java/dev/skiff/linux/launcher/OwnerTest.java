package dev.skiff.linux.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OwnerTest {
    private static final long SELF = ProcessHandle.current().pid();

    private static String line(List<String> words) {
        return String.join("\0", words) + "\0";
    }

    @Test
    void aJvmThatLivesIsNotGone() {
        assertThat(Owner.of(line(Owner.thisJvm().words("skiff")), "skiff"))
                .hasValueSatisfying(owner -> assertThat(owner.isGone()).isFalse());
    }

    @Test
    void anotherOfTheSameNumberIsNotTheOne() {
        Owner earlier = new Owner(SELF, Owner.thisJvm().startTime() - 1, Owner.numberingHere());
        assertThat(earlier.isGone()).isTrue();
    }

    @Test
    void nothingIsKnownOfAJvmThatIsNumberedElsewhere() {
        assertThat(new Owner(SELF, 1, "pid:[1]").isGone()).isFalse();
    }

    @Test
    void noOtherCommandLineIsALaunchers() {
        String words = line(Owner.thisJvm().words("skiff"));
        assertThat(Owner.of("x" + words, "skiff")).isEmpty();
        assertThat(Owner.of("skiff\0jvm=1\0", "skiff")).isEmpty();
        assertThat(Owner.of("", "skiff")).isEmpty();
    }

    @Test
    void whatIsStillToBecomeALauncherIsForsakenOnceItHasAnotherParent() {
        String name = Owner.spawning(4_194_304, 9);
        assertThat(name).hasSizeLessThanOrEqualTo(15); // longer ones are cut: prctl(2), PR_SET_NAME
        assertThat(Owner.isForsaken(name, 4_194_304)).isFalse();
        assertThat(Owner.isForsaken(name, 1)).isTrue();
        assertThat(Owner.isForsaken("skiff", 1)).isFalse();
    }
}
