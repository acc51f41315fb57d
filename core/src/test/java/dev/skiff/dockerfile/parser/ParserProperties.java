package dev.skiff.dockerfile.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class ParserProperties {
    @Property
    void anyBytesEndInATreeOrOurException(@ForAll byte[] bytes) {
        parsesOrRefuses(bytes);
    }

    @Property(tries = 5_000)
    void anyTextLikeADockerfileEndsInATreeThatPrintsItOrInOurException(
            @ForAll @Size(max = 30) List<@From("fragments") String> fragments) {
        byte[] bytes = String.join("", fragments).getBytes(StandardCharsets.UTF_8);
        parsesOrRefuses(bytes);
    }

    @Property(tries = 2_000)
    void printingAParsedFileGivesItBackAndParsesToTheSame(
            @ForAll @Size(min = 1, max = 12) List<@From("lines") String> lines, @ForAll("lineEnds") String lineEnd) {
        String text = "ARG a=1\n# c\nFROM x AS y\n" + String.join("\n", lines);
        byte[] bytes = text.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);

        Dockerfile parsed = DockerfileParser.parse("Dockerfile", bytes);

        assertThat(parsed.print()).isEqualTo(bytes);
        assertThat(DockerfileParser.parse("Dockerfile", parsed.print())).isEqualTo(parsed);
    }

    private static void parsesOrRefuses(byte[] bytes) {
        try {
            Dockerfile parsed = DockerfileParser.parse("Dockerfile", bytes);
            assertThat(parsed.print()).isEqualTo(bytes);
            assertThat(parsed.instructions()).allSatisfy(ParserProperties::standsWhereItSays);
        } catch (DockerfileException expected) {
            assertThat(expected.line()).isPositive();
            assertThat(expected.column()).isPositive();
            assertThat(expected.problem()).isNotBlank();
        }
    }

    private static void standsWhereItSays(Instruction instruction) {
        String text = instruction.text().replaceAll("^(?:[\\\\`]\\s*|#[^\n]*\n\\s*)+", "");
        assertThat(text).startsWithIgnoringCase(instruction.keyword().substring(0, 1));
    }

    @Provide
    Arbitrary<String> fragments() {
        return Arbitraries.of(
                "FROM a\n",
                "FROM ",
                "RUN ",
                "COPY ",
                "ENV ",
                "ARG ",
                "CMD ",
                "ONBUILD ",
                "HEALTHCHECK ",
                "VOLUME ",
                "SHELL ",
                "LABEL ",
                "EXPOSE ",
                "# escape=`\n",
                "--from=x ",
                "--mount=",
                "type=cache,",
                "--",
                "[",
                "]",
                "\"",
                "'",
                ",",
                "a",
                "b=c",
                "=",
                " ",
                "\t",
                "\n",
                "\r\n",
                "\\\n",
                "\\",
                "`\n",
                "`",
                "<<EOF",
                "<<-'E'",
                "EOF\n",
                "E\n",
                "# c\n",
                "${x:-",
                "}",
                "$",
                "AS s",
                "\uFEFF",
                "\u00E9",
                "\u00A0",
                "NONE",
                "CMD",
                "RUN\n");
    }

    @Provide
    Arbitrary<String> lines() {
        return Arbitraries.of(
                "RUN a \\\n  # comment\n\n  b",
                "  run x",
                "# comment",
                "",
                "   ",
                "COPY --from=y --chown=1 a b /c/",
                "COPY [\"a b\", \"c\"]",
                "RUN <<A cat <<-B\nFROM x\nA\n\t\\\n\tB",
                "COPY <<'E' /x\n$a\nE",
                "ENV a=1 b=\"x y\"",
                "ENV a the rest ",
                "CMD [\"x\"]",
                "HEALTHCHECK --interval=3s CMD x",
                "ONBUILD RUN <<A\nx\nA",
                "FROM z",
                "ARG \u00E9=\uD83D\uDE00",
                "LABEL a=b",
                "EXPOSE 80 90-91/udp",
                "VOLUME /x",
                "USER u",
                "WORKDIR w",
                "STOPSIGNAL TERM",
                "SHELL [\"a\"]",
                "MAINTAINER me");
    }

    @Provide
    Arbitrary<String> lineEnds() {
        return Arbitraries.of("\n", "\n", "\r\n");
    }
}
