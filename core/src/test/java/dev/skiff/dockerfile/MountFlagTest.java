package dev.skiff.dockerfile;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.DockerfileException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountFlagTest {
    @Test
    void aBindMountIsTheDefaultAndReadOnly() {
        Mount mount = mount("target=/x");

        assertThat(mount.type()).isEqualTo(Mount.Type.BIND);
        assertThat(mount.readOnly()).isTrue();
        assertThat(mount.target()).contains("/x");
        assertThat(mount("target=/x,rw").readOnly()).isFalse();
        assertThat(mount("target=/x,readwrite=0").readOnly()).isTrue();
    }

    @Test
    void keysHaveNoCaseAndAliases() {
        Mount mount = mount("TYPE=Cache,DST=/c,Src=s,FROM=f,ID=i,Sharing=LOCKED,mode=0755,uid=1,gid=2,ro");

        assertThat(mount.type()).isEqualTo(Mount.Type.CACHE);
        assertThat(mount.target()).contains("/c");
        assertThat(mount.source()).contains("s");
        assertThat(mount.from()).contains("f");
        assertThat(mount.id()).contains("i");
        assertThat(mount.sharing()).contains(Mount.Sharing.LOCKED);
        assertThat(mount.mode()).isEqualTo(OptionalInt.of(0755));
        assertThat(mount.uid()).isEqualTo(OptionalInt.of(1));
        assertThat(mount.gid()).isEqualTo(OptionalInt.of(2));
        assertThat(mount.readOnly()).isTrue();
        assertThat(mount("type=cache,target=/c").readOnly()).isFalse();
    }

    @Test
    void aTmpfsHasASize() {
        assertThat(mount("type=tmpfs,target=/t,size=1m").sizeBytes()).isEqualTo(OptionalLong.of(1 << 20));
        assertThat(mount("type=tmpfs,target=/t,size=1.5GiB").sizeBytes()).isEqualTo(OptionalLong.of(3L << 29));
    }

    @Test
    void aSecretMayBeRequiredAndGoIntoAVariable() {
        Mount mount = mount("type=secret,id=npm,required,env=TOKEN");

        assertThat(mount.required()).isTrue();
        assertThat(mount.env()).contains("TOKEN");
    }

    @Test
    void valuesAreExpandedButFromIsNot() {
        Instruction.Run run = only(Instruction.Run.class, "RUN --mount=from=x,source=$s,target=${t} make");

        Mount mount =
                run.mounts().get(0).resolve(value -> value.replace("$s", "src").replace("${t}", "/t"));

        assertThat(mount.source()).contains("src");
        assertThat(mount.target()).contains("/t");
        assertThat(mount.from()).contains("x");
    }

    @Test
    void aQuotedFieldMayHaveACommaAndAQuote() {
        assertThat(mount("target=/x,\\\"source=a,b\\\"\\\"c\\\"").source()).contains("a,b\"c");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "typ=bind | unexpected key 'typ' in 'typ=bind' (did you mean type?)",
                "foo | invalid field 'foo' must be a key=value pair",
                "type=foo | unsupported mount type \"foo\"",
                "type=cach | unsupported mount type \"cach\" (did you mean cache?)",
                "type=tmpfs,uid=1 | uid not allowed for \"tmpfs\" type mounts",
                "mode=1 | mode not allowed for \"bind\" type mounts",
                "sharing=shared | invalid cache sharing set for bind mount",
                "type=cache,sharing=foo | unsupported sharing value \"foo\"",
                "size=1 | unexpected key 'size' for mount type 'bind'",
                "required | unexpected key 'required' for mount type 'bind'",
                "ro=maybe | invalid value for ro: maybe; expected true or false",
                "type=cache,mode=9 | invalid value 9 for mode",
                "type=tmpfs,size=x | invalid value for size: x; expected a number of bytes, or one with b, k, m, g or t after it",
                "type=secret | invalid secret mount. one of source, target required",
                "type=secret,source=a,id=b | both source and id can't be set",
                "type=secret,id=a,from=b | secret mount should not have a from",
                "type=secret,id=a,sharing=shared | secret mount should not define sharing"
            })
    void whatMakesNoSenseIsRefused(String flag, String problem) {
        assertThat(catchThrowableOfType(DockerfileException.class, () -> mount(flag))
                        .problem())
                .isEqualTo(problem);
    }

    @Test
    void aBrokenListIsRefusedWhenParsing() {
        assertThat(problem("RUN --mount=a\\\"b c")).contains("bare \" in non-quoted field");
        assertThat(problem("RUN --mount=\\\"a c")).contains("extraneous or missing \" in quoted-field");
    }

    private static Mount mount(String flag) {
        return only(Instruction.Run.class, "RUN --mount=" + flag + " make")
                .mounts()
                .get(0)
                .resolve(value -> value);
    }
}
