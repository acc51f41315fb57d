package dev.skiff.dockerfile.check;

import static dev.skiff.dockerfile.check.Checking.findings;
import static dev.skiff.dockerfile.check.Checking.found;
import static dev.skiff.dockerfile.check.Checking.inShort;
import static dev.skiff.dockerfile.check.Checking.messages;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FromChecksTest {
    @Test
    void fromUsesOnlyArgumentsThatAreDeclaredBeforeIt() {
        assertThat(found("FROM node:22${VARIANT} AS jsbuilder\n")).containsExactly("1:6 UndefinedArgInFrom");
        assertThat(found("ARG VARIANT=-slim\nFROM node:22${VARIANT}\n")).isEmpty();
        assertThat(found("FROM scratch\nARG TAG=1\nFROM node:22$TAG\n")).containsExactly("3:6 UndefinedArgInFrom");
    }

    @Test
    void aMistypedArgumentOfFromSuggestsTheNearest() {
        assertThat(messages("FROM --platform=$BULIDPLATFORM alpine\n"))
                .containsExactly("FROM uses the argument \"BULIDPLATFORM\", which no ARG before it declares"
                        + " (did you mean BUILDPLATFORM?)");
    }

    @Test
    void platformArgumentsNeedNoDeclaration() {
        assertThat(found("FROM --platform=$BUILDPLATFORM alpine:$TARGETARCH\n")).isEmpty();
    }

    @Test
    void theDefaultsOfItsArgumentsMakeAnImageName() {
        assertThat(found("ARG TAG\nFROM busybox:${TAG}\n")).containsExactly("2:6 InvalidDefaultArgInFrom");
        assertThat(found("ARG IMAGE\nFROM $IMAGE\n")).containsExactly("2:6 InvalidDefaultArgInFrom");
        assertThat(found("ARG TAG=latest\nFROM busybox:${TAG}\n")).isEmpty();
        assertThat(found("ARG TAG\nFROM busybox:${TAG:-latest}\n")).isEmpty();
    }

    @Test
    void theDefaultsCountWhateverTheBuildIsGiven() {
        assertThat(inShort(findings("ARG TAG\nFROM busybox:${TAG}\n", Map.of("TAG", "1"))))
                .containsExactly("2:6 InvalidDefaultArgInFrom");
    }

    @Test
    void aNameWithoutVariablesHasNoDefault() {
        assertThat(found("FROM scratch AS b\nFROM B\n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$TARGETPLATFORM", "${TARGETPLATFORM}", "\"$TARGETPLATFORM\""})
    void theTargetPlatformIsRedundant(String platform) {
        assertThat(found("FROM --platform=" + platform + " alpine\n")).containsExactly("1:17 RedundantTargetPlatform");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$BUILDPLATFORM", "linux/$TARGETARCH", "${TARGETPLATFORM}/v2"})
    void aPlatformThatIsNotTheTargetIsNotRedundant(String platform) {
        assertThat(found("FROM --platform=" + platform + " alpine\n")).isEmpty();
    }

    @Test
    void aPlatformIsNoConstant() {
        assertThat(found("FROM --platform=linux/amd64 alpine AS base\n"))
                .containsExactly("1:17 FromPlatformFlagConstDisallowed");
        assertThat(found("FROM --platform=linux/amd64 alpine\n"))
                .containsExactly("1:17 FromPlatformFlagConstDisallowed");
    }

    @Test
    void aStageNamedAfterItsPlatformMayHaveAConstantOne() {
        assertThat(found("FROM --platform=linux/amd64 alpine AS build_amd64\n")).isEmpty();
        assertThat(found("FROM --platform=linux/arm64 alpine AS linux\n")).isEmpty();
    }
}
