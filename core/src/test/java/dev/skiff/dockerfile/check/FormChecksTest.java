package dev.skiff.dockerfile.check;

import static dev.skiff.dockerfile.check.Checking.found;
import static dev.skiff.dockerfile.check.Checking.messages;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Checks that need to know no variable. */
class FormChecksTest {
    @Test
    void aCleanFileHasNoFindings() {
        assertThat(found("""
                # syntax=docker/dockerfile:1
                ARG VERSION=3.20
                # the base of all
                FROM alpine:${VERSION} AS build

                ARG NAME
                ENV HOME=/root LANG=C.UTF-8
                WORKDIR /src
                COPY --chown=1:1 a ${NAME} $HOME/
                RUN make "$UNKNOWN" \\
                    # a comment is no blank line
                    install
                FROM scratch
                COPY --from=build /out /
                EXPOSE 80 443/tcp 53/udp 8000-8010
                HEALTHCHECK CMD ["/check"]
                ENTRYPOINT ["/bin/app"]
                CMD ["serve"]
                """)).isEmpty();
    }

    @Test
    void instructionsAreInTheCaseThatMostOfTheFileHas() {
        assertThat(found("FROM scratch\ncopy a /b\nCOPY c /d\n")).containsExactly("2:1 ConsistentInstructionCasing");
        assertThat(found("from scratch\nCOPY a /b\ncopy c /d\n")).containsExactly("2:1 ConsistentInstructionCasing");
        assertThat(found("from scratch\ncopy a /b\n")).isEmpty();
    }

    @Test
    void inATieUpperCaseWins() {
        assertThat(found("FROM scratch\ncopy a /b\n")).containsExactly("2:1 ConsistentInstructionCasing");
    }

    @Test
    void anInstructionOfMixedCaseIsNeverConsistent() {
        assertThat(found("From scratch\nCoPy a /b\n"))
                .containsExactly("1:1 ConsistentInstructionCasing", "2:1 ConsistentInstructionCasing");
    }

    @Test
    void asIsInTheCaseOfItsFrom() {
        assertThat(found("FROM scratch as a\nFROM a AS b\n")).containsExactly("1:14 FromAsCasing");
        assertThat(found("from scratch AS a\nfrom a as b\n")).containsExactly("1:14 FromAsCasing");
        assertThat(messages("FROM scratch as a\n")).containsExactly("\"as\" should be in the case of \"FROM\"");
    }

    @Test
    void namesOfStagesAreInLowerCase() {
        assertThat(found("FROM scratch AS Build\n")).containsExactly("1:17 StageNameCasing");
    }

    @Test
    void namesOfStagesAreGivenOnceCaseAside() {
        assertThat(found("FROM scratch AS a\nFROM scratch AS b\nFROM scratch AS a\n"))
                .containsExactly("3:17 DuplicateStageName");
        assertThat(found("FROM scratch AS a\nFROM scratch AS A\n"))
                .containsExactly("2:17 DuplicateStageName", "2:17 StageNameCasing");
    }

    @Test
    void contextAndScratchNameNoStage() {
        assertThat(found("FROM scratch AS context\nFROM scratch AS scratch\n"))
                .containsExactly("1:17 ReservedStageName", "2:17 ReservedStageName");
    }

    @Test
    void aBlankLineInsideAContinuationIsFoundWhereItIs() {
        assertThat(found("FROM scratch\nCOPY a \\\n\n  \n /b\nCOPY a \\\n /b\n"))
                .containsExactly("3:1 NoEmptyContinuation", "4:1 NoEmptyContinuation");
        assertThat(found("FROM scratch\nRUN <<E\n\nE\n\nRUN a\n")).isEmpty();
    }

    @Test
    void anAuthorIsALabel() {
        assertThat(found("FROM scratch\nMAINTAINER me\n")).containsExactly("2:1 MaintainerDeprecated");
        assertThat(found("FROM scratch\nLABEL org.opencontainers.image.authors=me\n"))
                .isEmpty();
    }

    @Test
    void namesAndValuesAreJoinedByAnEqualsSign() {
        assertThat(found("FROM scratch\nENV a b\nLABEL a b\nENV a=b\n"))
                .containsExactly("2:1 LegacyKeyValueFormat", "3:1 LegacyKeyValueFormat");
    }

    @Test
    void ofSeveralCommandsInAStageThoseThatDoNothingAreFound() {
        assertThat(found("""
                FROM scratch AS a
                CMD ["1"]
                ENTRYPOINT ["1"]
                HEALTHCHECK NONE
                CMD ["2"]
                CMD ["3"]
                ENTRYPOINT ["2"]
                HEALTHCHECK CMD ["x"]
                FROM a
                CMD ["4"]
                """))
                .containsExactly(
                        "2:1 MultipleInstructionsDisallowed",
                        "3:1 MultipleInstructionsDisallowed",
                        "4:1 MultipleInstructionsDisallowed",
                        "5:1 MultipleInstructionsDisallowed");
    }

    @Test
    void aDescriptionBeginsWithTheNameWhenTheFileAsksForThat() {
        String file = """
                # x
                ARG VERSION=1
                # the stage
                FROM scratch AS base

                # apart

                ARG OTHER
                # OTHER is described
                ARG OTHER
                # MORE, and not like this
                ARG MORE LESS
                FROM base
                """;
        assertThat(found(file)).isEmpty();
        assertThat(found("# check=experimental=InvalidDefinitionDescription\n" + file))
                .containsExactly(
                        "3:1 InvalidDefinitionDescription",
                        "5:1 InvalidDefinitionDescription",
                        "13:1 InvalidDefinitionDescription");
        assertThat(found("# check=experimental=all\nARG a\nFROM scratch\n")).isEmpty();
    }
}
