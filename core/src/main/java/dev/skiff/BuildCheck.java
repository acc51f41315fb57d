package dev.skiff;

/**
 * What {@link Dockerfile#check()} looks for. The names are those of BuildKit's build checks, so that
 * {@code # check=skip=JSONArgsRecommended} means here what it means there.
 */
public enum BuildCheck {
    /** Instructions are in upper case here and in lower case there. */
    CONSISTENT_INSTRUCTION_CASING(
            "ConsistentInstructionCasing",
            "Instructions work in any case; a file that keeps to one is easier to read and to search."),

    /** A COPY or ADD names what {@code .dockerignore} leaves out. */
    COPY_IGNORED_FILE(
            "CopyIgnoredFile",
            "What .dockerignore leaves out is not part of the build context, so the instruction finds nothing to copy."),

    /** Two stages have one name. */
    DUPLICATE_STAGE_NAME(
            "DuplicateStageName",
            "A name that is given again means the nearest stage before the place it is used at, which is easily misread."),

    /** An EXPOSE names an address or a port of the host. */
    EXPOSE_INVALID_FORMAT(
            "ExposeInvalidFormat",
            "EXPOSE names ports of the container alone; addresses and ports of the host are chosen when it is run."),

    /** An EXPOSE has a protocol that is not in lower case. */
    EXPOSE_PROTO_CASING("ExposeProtoCasing", "Protocols of ports are written in lower case: 80/tcp."),

    /** FROM and its AS differ in case. */
    FROM_AS_CASING("FromAsCasing", "FROM and AS belong together, so they are written in the same case."),

    /** A FROM says {@code --platform} with a constant. */
    FROM_PLATFORM_FLAG_CONST_DISALLOWED(
            "FromPlatformFlagConstDisallowed",
            "A constant platform builds that stage for it whatever the build asks for. Leave it out, use a variable"
                    + " such as $BUILDPLATFORM, or put the platform into the stage's name."),

    /** The base image is for another platform than the one asked for. */
    INVALID_BASE_IMAGE_PLATFORM(
            "InvalidBaseImagePlatform",
            "Programs of an image for another platform do not run, or run slowly, in an emulator."),

    /** A FROM names no image as long as its ARGs have their defaults. */
    INVALID_DEFAULT_ARG_IN_FROM(
            "InvalidDefaultArgInFrom",
            "A file should build without arguments: give the ARG a default with which the image has a valid name."),

    /** A comment before an ARG or a named FROM does not describe it. Experimental: only when asked for. */
    INVALID_DEFINITION_DESCRIPTION(
            "InvalidDefinitionDescription",
            "A comment right above an ARG or a named stage is taken as its description, and begins with its name."
                    + " Part any other comment from it with a blank line."),

    /** A CMD or ENTRYPOINT is in shell form. */
    JSON_ARGS_RECOMMENDED(
            "JSONArgsRecommended",
            "In shell form the program is a child of a shell, which does not pass signals on: it never hears that it is"
                    + " to stop. Write a JSON array, or say with SHELL which shell is meant."),

    /** An ENV or LABEL is written without an equals sign. */
    LEGACY_KEY_VALUE_FORMAT(
            "LegacyKeyValueFormat",
            "Without an equals sign all the rest of the line is the value, which is rarely meant. Write name=value."),

    /** The file has a MAINTAINER. */
    MAINTAINER_DEPRECATED(
            "MaintainerDeprecated",
            "Use LABEL org.opencontainers.image.authors=... instead: labels are seen by every tool."),

    /** A stage has several CMD, ENTRYPOINT or HEALTHCHECK. */
    MULTIPLE_INSTRUCTIONS_DISALLOWED(
            "MultipleInstructionsDisallowed",
            "Only the last CMD, ENTRYPOINT and HEALTHCHECK of a stage counts; those before it do nothing."),

    /** A continued instruction has a blank line in it. */
    NO_EMPTY_CONTINUATION(
            "NoEmptyContinuation",
            "Blank lines do not end a continued instruction, though they look as if they did. Use a comment instead."),

    /** A FROM says {@code --platform=$TARGETPLATFORM}. */
    REDUNDANT_TARGET_PLATFORM(
            "RedundantTargetPlatform", "The target platform is what FROM takes when no platform is given."),

    /** A stage is named {@code scratch} or {@code context}. */
    RESERVED_STAGE_NAME(
            "ReservedStageName", "These names have a meaning of their own, so such a stage cannot be referred to."),

    /** An ARG or ENV seems to hold a secret. */
    SECRETS_USED_IN_ARG_OR_ENV(
            "SecretsUsedInArgOrEnv",
            "Values of ARG and ENV stay readable in the image and its history. Use RUN --mount=type=secret."),

    /** A stage's name has upper case letters. */
    STAGE_NAME_CASING(
            "StageNameCasing",
            "Names of stages are compared without regard to case; lower case tells them from instructions."),

    /** A FROM names an argument that no ARG before it declares. */
    UNDEFINED_ARG_IN_FROM(
            "UndefinedArgInFrom",
            "FROM sees only ARGs before the first FROM, and the predefined ones. Any other variable is empty."),

    /** A word names a variable that is not set. */
    UNDEFINED_VAR(
            "UndefinedVar",
            "A variable that no ARG or ENV of the stage sets is empty, unless the base image sets it. Declare a global"
                    + " ARG again in the stage that uses it."),

    /** The first WORKDIR of a stage is relative. */
    WORKDIR_RELATIVE_PATH(
            "WorkdirRelativePath",
            "A relative WORKDIR depends on what the base image has set, which may change. Begin with an absolute one.");

    private final String ruleName;
    private final String explanation;

    BuildCheck(String ruleName, String explanation) {
        this.ruleName = ruleName;
        this.explanation = explanation;
    }

    /** The name as BuildKit has it, such as {@code JSONArgsRecommended}. */
    public String ruleName() {
        return ruleName;
    }

    /** Why this is worth a remark, and what to do instead. */
    public String explanation() {
        return explanation;
    }

    /** Whether it is looked for only when the file asks for it: {@code # check=experimental=...}. */
    public boolean experimental() {
        return this == INVALID_DEFINITION_DESCRIPTION;
    }

    /** The name as BuildKit has it. */
    @Override
    public String toString() {
        return ruleName;
    }
}
