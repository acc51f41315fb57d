package dev.skiff.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.DeviceType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The filter says what version 1's files would say: compared on a machine for BPF that knows the few instructions that there are. */
class DeviceFilterTest {
    private static final int MAKE = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    @Provide
    Arbitrary<DeviceRule> rule() {
        Arbitrary<Long> number = Arbitraries.longs().between(0, 2);
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.of(DeviceType.ALL, DeviceType.BLOCK, DeviceType.CHARACTER)
                                .optional(),
                        number.optional(),
                        number.optional(),
                        Arbitraries.of("r", "w", "m", "rw", "rwm", "rm").optional())
                .as((allow, type, major, minor, access) ->
                        new DeviceRule(allow, type, major, minor, access, UnknownFields.none()));
    }

    @Provide
    Arbitrary<List<DeviceRule>> rules() {
        return rule().list().ofMaxSize(6);
    }

    @Property
    void theLastRuleThatIsAboutADeviceDecidesOnEachKindOfAccess(@ForAll("rules") List<DeviceRule> rules) {
        byte[] code = DeviceFilter.compile(rules);
        for (int type = 1; type <= 2; type++) {
            for (int major = 0; major <= 2; major++) {
                for (int minor = 0; minor <= 2; minor++) {
                    for (int access = 1; access <= 7; access++) {
                        assertThat(run(code, access << 16 | type, major, minor))
                                .as("%s on type %d, %d:%d, access %d", rules, type, major, minor, access)
                                .isEqualTo(plainly(rules, type, major, minor, access) ? 1 : 0);
                    }
                }
            }
        }
    }

    /** Bit by bit. */
    private static boolean plainly(List<DeviceRule> rules, int type, int major, int minor, int access) {
        for (int bit = 1; bit <= 4; bit *= 2) {
            boolean allowed = true;
            for (DeviceRule rule : rules) {
                if (isAbout(rule, type, major, minor, bit)) {
                    allowed = rule.allow();
                }
            }
            if ((access & bit) != 0 && !allowed) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAbout(DeviceRule rule, int type, int major, int minor, int bit) {
        int wanted = rule.type().map(DeviceFilterTest::number).orElse(0);
        String letters = rule.access().orElse("rwm");
        return (wanted == 0 || wanted == type)
                && rule.major().orElse((long) major) == major
                && rule.minor().orElse((long) minor) == minor
                && letters.contains(bit == MAKE ? "m" : bit == READ ? "r" : "w");
    }

    private static int number(DeviceType type) {
        return type == DeviceType.ALL ? 0 : type == DeviceType.BLOCK ? 1 : 2;
    }

    private static long run(byte[] code, int... context) {
        ByteBuffer read = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        long[] registers = new long[11];
        for (int at = 0; ; at++) {
            int operation = read.get(at * 8) & 0xff;
            int to = read.get(at * 8 + 1) & 0xf;
            int from = read.get(at * 8 + 1) >> 4 & 0xf;
            int offset = read.getShort(at * 8 + 2);
            int value = read.getInt(at * 8 + 4);
            switch (operation) {
                case 0x61 -> registers[to] = context[offset / 4] & 0xffffffffL;
                case 0xbf -> registers[to] = registers[from];
                case 0xb7 -> registers[to] = value;
                case 0x57 -> registers[to] &= value;
                case 0x77 -> registers[to] >>>= value;
                case 0x55 -> at += registers[to] != value ? offset : 0;
                case 0x45 -> at += (registers[to] & value) != 0 ? offset : 0;
                case 0x05 -> at += offset;
                case 0x95 -> {
                    return registers[0];
                }
                default -> throw new AssertionError("no such instruction: " + operation);
            }
        }
    }

    @Test
    void theDefaultsAllowWhatEveryContainerHasAndNothingElse() {
        byte[] code = DeviceFilter.compile(DeviceRules.complete(DeviceRules.defaults()));
        int character = 2;
        int open = (READ | WRITE) << 16 | character;
        for (int minor : new int[] {3, 5, 7, 8, 9}) {
            assertThat(run(code, open, 1, minor)).isEqualTo(1);
        }
        assertThat(run(code, open, 5, 2)).as("ptmx").isEqualTo(1);
        assertThat(run(code, open, 136, 77)).as("a terminal").isEqualTo(1);
        assertThat(run(code, open, 1, 1)).as("/dev/mem").isZero();
        assertThat(run(code, open, 10, 229)).as("fuse").isZero();
        assertThat(run(code, READ << 16 | 1, 8, 0)).as("a disk").isZero();
        assertThat(run(code, MAKE << 16 | 1, 8, 0))
                .as("a node that opens nothing")
                .isEqualTo(1);
    }

    @Test
    void rulesAreWrittenAsVersion1ReadsThem() {
        DeviceRule any = new DeviceRule(
                true,
                Optional.of(DeviceType.BLOCK),
                Optional.of(-1L),
                Optional.of(7L),
                Optional.of("rw"),
                UnknownFields.none());
        assertThat(DeviceRules.texts(any)).containsExactly("b *:7 rw");
        assertThat(DeviceRules.texts(DeviceRule.denyAll())).containsExactly("a");
    }

    /** The kernel reads "a" and no further: all devices, to be made, read and written. */
    @Test
    void aRuleForBothTypesThatIsLessThanEverythingIsWrittenForEach() {
        DeviceRule reading = new DeviceRule(
                true,
                Optional.of(DeviceType.ALL),
                Optional.empty(),
                Optional.empty(),
                Optional.of("r"),
                UnknownFields.none());
        DeviceRule one = new DeviceRule(
                true, Optional.empty(), Optional.of(7L), Optional.of(1L), Optional.empty(), UnknownFields.none());
        assertThat(DeviceRules.texts(reading)).containsExactly("c *:* r", "b *:* r");
        assertThat(DeviceRules.texts(one)).containsExactly("c 7:1 rwm", "b 7:1 rwm");
    }
}
