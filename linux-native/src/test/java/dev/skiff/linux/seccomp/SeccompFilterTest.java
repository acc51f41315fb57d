package dev.skiff.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompArg;
import dev.skiff.oci.runtime.SeccompFlag;
import dev.skiff.oci.runtime.SeccompOperator;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeccompFilterTest {
    private static final Seccomp ALLOW_ALL = Seccomp.of(SeccompAction.SCMP_ACT_ALLOW);

    private static Verdict read(Seccomp seccomp, long first, long second) {
        Kernel kernel =
                new Kernel(SeccompFilter.compile(seccomp, Architecture.X86_64).program());
        return kernel.answer(Architecture.X86_64.auditNumber(), 0, first, second, 0, 0, 0, 0);
    }

    private static SeccompSyscall rule(SeccompAction action, SeccompArg... args) {
        return SeccompSyscall.of(List.of("read"), action).withArgs(List.of(args));
    }

    private static SeccompArg equal(int index, long value) {
        return SeccompArg.of(index, SeccompOperator.SCMP_CMP_EQ, value);
    }

    @Test
    void equalRulesAreCompiledOnce() {
        Seccomp once = ALLOW_ALL.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_TRAP, equal(0, 1))));
        Seccomp again = ALLOW_ALL.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_TRAP, equal(0, 1))));
        assertThat(SeccompFilter.compile(again)).isSameAs(SeccompFilter.compile(once));
    }

    @Test
    void theDefaultIsSharedByCapabilitiesThatItDoesNotTellApart() {
        SeccompFilter filter = SeccompFilter.defaultFor(DefaultFilterTest.USUAL);
        assertThat(SeccompFilter.defaultFor(EnumSet.of(Capability.CAP_SYS_CHROOT)))
                .isSameAs(filter);
        assertThat(SeccompFilter.defaultFor(Set.of())).isNotSameAs(filter);
    }

    @Test
    void noCallerCanChangeAFilterThatOthersGet() {
        SeccompFilter filter = SeccompFilter.defaultFor(Set.of());
        filter.program()[0] = 99;
        assertThat(filter.program()[0]).isEqualTo((byte) 0x20);
        assertThat(filter.program()).hasSize(8 * filter.length());
    }

    @Test
    void flagsAreTheKernelsAndSpecAllowUnlessOthersAreAskedFor() {
        assertThat(SeccompFilter.compile(ALLOW_ALL).flags()).isEqualTo(4);
        Seccomp logging =
                ALLOW_ALL.withFlags(Set.of(SeccompFlag.SECCOMP_FILTER_FLAG_LOG, SeccompFlag.SECCOMP_FILTER_FLAG_TSYNC));
        assertThat(SeccompFilter.compile(logging).flags()).isEqualTo(3);
    }

    @Test
    void aFilterThatNotifiesAsksForAListener() {
        Seccomp notifying = ALLOW_ALL.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_NOTIFY)));
        SeccompFilter filter = SeccompFilter.compile(notifying);
        assertThat(filter.needsListener()).isTrue();
        assertThat(filter.flags() & 8).isEqualTo(8);
        assertThat(SeccompFilter.compile(ALLOW_ALL).needsListener()).isFalse();
    }

    /** The kernel has a filter with both answer for two things at once, and takes the other one only with a listener. */
    @Test
    void flagsThatMeanNothingHereAreLeftOut() {
        Seccomp asked = ALLOW_ALL.withFlags(
                Set.of(SeccompFlag.SECCOMP_FILTER_FLAG_TSYNC, SeccompFlag.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV));
        Seccomp notifying = asked.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_NOTIFY)));
        assertThat(SeccompFilter.compile(asked).flags()).isEqualTo(1);
        assertThat(SeccompFilter.compile(notifying).flags()).isEqualTo(8 | 32);
    }

    /** "When the action doesn't support an errno, the runtime MUST print and error and fail" (config-linux.md, "Seccomp"). */
    @Test
    void anErrnoForAnActionThatHasNoneIsAnError() {
        Seccomp rule =
                ALLOW_ALL.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_LOG).withErrnoRet(5)));
        for (Seccomp wrong : List.of(rule, ALLOW_ALL.withDefaultErrnoRet(38))) {
            assertThatThrownBy(() -> SeccompFilter.compile(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("errno");
        }
    }

    @Test
    void everyActionIsAnsweredByItsNumber() {
        int[] numbers = {0, 0x8000_0000, 0, 0x0003_0000, 0x0005_0005, 0x7ff0_0005, 0x7fff_0000, 0x7ffc_0000, 0x7fc0_0000
        };
        for (SeccompAction action : SeccompAction.values()) {
            SeccompSyscall rule = rule(action);
            boolean hasErrno = action == SeccompAction.SCMP_ACT_ERRNO || action == SeccompAction.SCMP_ACT_TRACE;
            Seccomp seccomp = ALLOW_ALL.withSyscalls(List.of(hasErrno ? rule.withErrnoRet(5) : rule));
            assertThat(read(seccomp, 0, 0).value())
                    .as(action.name())
                    .isEqualTo(numbers[List.of(SeccompAction.values()).indexOf(action)]);
        }
    }

    @Test
    void aRuleWithoutConditionsWinsOverRulesWithThem() {
        SeccompSyscall always = rule(SeccompAction.SCMP_ACT_LOG);
        SeccompSyscall sometimes = rule(SeccompAction.SCMP_ACT_TRAP, equal(0, 1));
        assertThat(read(ALLOW_ALL.withSyscalls(List.of(sometimes, always)), 1, 0))
                .isEqualTo(Verdict.LOG);
        assertThat(read(ALLOW_ALL.withSyscalls(List.of(always, sometimes)), 1, 0))
                .isEqualTo(Verdict.LOG);
    }

    @Test
    void anExactValueWinsOverARangeAndThenTheStricterAction() {
        SeccompSyscall range = rule(SeccompAction.SCMP_ACT_TRAP, SeccompArg.of(0, SeccompOperator.SCMP_CMP_LT, 9));
        SeccompSyscall exact = rule(SeccompAction.SCMP_ACT_LOG, equal(0, 1));
        SeccompSyscall strict = rule(SeccompAction.SCMP_ACT_KILL_PROCESS, equal(1, 2));
        Seccomp seccomp = ALLOW_ALL.withSyscalls(List.of(range, exact, strict));
        assertThat(read(seccomp, 1, 0)).isEqualTo(Verdict.LOG);
        assertThat(read(seccomp, 2, 0)).isEqualTo(Verdict.TRAP);
        assertThat(read(seccomp, 1, 2)).isEqualTo(Verdict.KILL_PROCESS);
        assertThat(read(seccomp, 10, 0)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void conditionsOfARuleHoldTogetherUnlessTheyNameOneArgumentTwice() {
        Seccomp together = ALLOW_ALL.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_TRAP, equal(0, 1), equal(1, 2))));
        assertThat(read(together, 1, 2)).isEqualTo(Verdict.TRAP);
        assertThat(read(together, 1, 3)).isEqualTo(Verdict.ALLOW);
        Seccomp either = ALLOW_ALL.withSyscalls(List.of(rule(SeccompAction.SCMP_ACT_TRAP, equal(0, 1), equal(0, 2))));
        assertThat(read(either, 1, 0)).isEqualTo(Verdict.TRAP);
        assertThat(read(either, 2, 0)).isEqualTo(Verdict.TRAP);
    }

    @Test
    void valuesAreComparedUnsignedAndWhole() {
        Seccomp above = ALLOW_ALL.withSyscalls(List.of(
                rule(SeccompAction.SCMP_ACT_TRAP, SeccompArg.of(1, SeccompOperator.SCMP_CMP_GT, 0x1_0000_0000L))));
        assertThat(read(above, 0, -1L)).isEqualTo(Verdict.TRAP);
        assertThat(read(above, 0, 0x1_0000_0001L)).isEqualTo(Verdict.TRAP);
        assertThat(read(above, 0, 0x1_0000_0000L)).isEqualTo(Verdict.ALLOW);
        assertThat(read(above, 0, 0xffff_ffffL)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void conditionsBeyondWhatLinuxTakesAreRefused() {
        List<SeccompSyscall> many = LongStream.range(0, 2000)
                .mapToObj(value -> rule(SeccompAction.SCMP_ACT_TRAP, equal(1, value << 32 | value)))
                .toList();
        Seccomp seccomp = ALLOW_ALL.withSyscalls(many);
        assertThatThrownBy(() -> SeccompFilter.compile(seccomp))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Linux takes 4096");
    }

    @Test
    void farConditionsAreStillReached() {
        List<SeccompSyscall> many = LongStream.range(0, 500)
                .mapToObj(value -> rule(SeccompAction.SCMP_ACT_TRAP, equal(1, value << 32 | value)))
                .toList();
        Seccomp seccomp = ALLOW_ALL.withSyscalls(many);
        assertThat(read(seccomp, 0, 499L << 32 | 499)).isEqualTo(Verdict.TRAP);
        assertThat(read(seccomp, 0, 500L << 32 | 500)).isEqualTo(Verdict.ALLOW);
    }

    @Test
    void theExplanationNamesCallsConventionsAndAnswers() {
        Seccomp seccomp =
                ALLOW_ALL.withSyscalls(List.of(SeccompSyscall.of(List.of("socket"), SeccompAction.SCMP_ACT_ERRNO)
                        .withArgs(List.of(equal(0, 38)))));
        assertThat(SeccompFilter.compile(seccomp, Architecture.AARCH64).explain())
                .isEqualTo("""
                           0  load architecture
                           1  if architecture = AARCH64 go to 3 else 2
                           2  answer KILL_PROCESS
                           3  load number
                           4  if number >= 199 (socketpair) go to 8 else 5
                           5  if number >= 198 (socket) go to 6 else 8
                           6  load argument 0 low
                           7  if argument 0 low = 0x26 go to 9 else 8
                           8  answer ALLOW
                           9  answer ERRNO EPERM
                        """);
    }
}
