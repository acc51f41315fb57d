package dev.skiff.dockerfile;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The {@code created_by} texts of an image's history, one per instruction, as BuildKit writes them. All values are
 * given expanded. FROM and ONBUILD leave no entry.
 */
public final class HistoryText {
    /** The {@code comment} of every entry. */
    public static final String COMMENT = "buildkit.dockerfile.v0";

    private static final String LAYER_MARK = " # buildkit";

    private HistoryText() {}

    /** {@code ARG X=1 Y}: an argument that ends up unset has no value here. */
    public static String arg(List<Map.Entry<String, Optional<String>>> arguments) {
        return "ARG "
                + arguments.stream()
                        .map(arg -> arg.getKey()
                                + arg.getValue().map(value -> "=" + value).orElse(""))
                        .collect(Collectors.joining(" "));
    }

    /** {@code ENV A=1 B=x y}. */
    public static String env(List<Map.Entry<String, String>> pairs) {
        return "ENV " + pairs(pairs);
    }

    /** {@code LABEL a=1}. */
    public static String label(List<Map.Entry<String, String>> pairs) {
        return "LABEL " + pairs(pairs);
    }

    /** {@code WORKDIR /w}, the path it comes to. */
    public static String workdir(String absolutePath) {
        return "WORKDIR " + absolutePath;
    }

    /** {@code USER u}. */
    public static String user(String user) {
        return "USER " + user;
    }

    /**
     * {@code RUN |2 X=9 Y=yy /bin/sh -c echo 2 # buildkit}.
     *
     * @param arguments the ARGs in scope in the order of their first declaration, with the values the command sees;
     *     predefined proxy arguments only if declared
     * @param argv what is executed, shell included
     */
    public static String run(Map<String, String> arguments, List<String> argv) {
        String lead = arguments.isEmpty() ? "" : "|" + arguments.size() + " " + pairs(arguments.entrySet()) + " ";
        return "RUN " + lead + String.join(" ", argv) + LAYER_MARK;
    }

    /** {@code COPY --chown=1:1 a b /x/ # buildkit}; of the flags, those that change what is copied where are shown. */
    public static String copy(
            boolean parents,
            Optional<String> chown,
            Optional<String> chmod,
            List<String> sources,
            List<String> heredocNames,
            String destination) {
        return "COPY" + (parents ? " --parents" : "") + files(chown, chmod, sources, heredocNames, destination);
    }

    /** {@code ADD a /x/ # buildkit}. */
    public static String add(
            Optional<String> chown,
            Optional<String> chmod,
            List<String> sources,
            List<String> heredocNames,
            String destination) {
        return "ADD" + files(chown, chmod, sources, heredocNames, destination);
    }

    /** {@code EXPOSE [443/tcp 80/tcp]}. */
    public static String expose(Collection<String> ports) {
        return "EXPOSE " + GoText.list(ports);
    }

    /** {@code VOLUME [/v1 /v2]}. */
    public static String volume(List<String> paths) {
        return "VOLUME " + GoText.list(paths);
    }

    /** {@code CMD ["sh" "-c"]}, with the shell if the form was the shell's. */
    public static String cmd(List<String> argv) {
        return "CMD " + GoText.quoteAll(argv);
    }

    /** {@code ENTRYPOINT ["sh" "-c"]}, with the shell if the form was the shell's. */
    public static String entrypoint(List<String> argv) {
        return "ENTRYPOINT " + GoText.quoteAll(argv);
    }

    /** {@code SHELL [/bin/sh -ec]}. */
    public static String shell(List<String> argv) {
        return "SHELL " + GoText.list(argv);
    }

    /** {@code STOPSIGNAL TERM}. */
    public static String stopSignal(String signal) {
        return "STOPSIGNAL " + signal;
    }

    /** {@code HEALTHCHECK {Test:[CMD-SHELL true] Interval:5s ...}}. */
    public static String healthcheck(Instruction.Healthcheck check) {
        return "HEALTHCHECK {Test:" + GoText.list(check.test())
                + " Interval:" + GoText.duration(check.interval())
                + " Timeout:" + GoText.duration(check.timeout())
                + " StartPeriod:" + GoText.duration(check.startPeriod())
                + " StartInterval:" + GoText.duration(check.startInterval())
                + " Retries:" + check.retries() + "}";
    }

    /** {@code MAINTAINER x}. */
    public static String maintainer(String author) {
        return "MAINTAINER " + author;
    }

    private static String files(
            Optional<String> chown,
            Optional<String> chmod,
            List<String> sources,
            List<String> heredocNames,
            String destination) {
        StringBuilder text = new StringBuilder();
        chown.ifPresent(owner -> text.append(" --chown=").append(owner));
        chmod.ifPresent(mode -> text.append(" --chmod=").append(mode));
        sources.forEach(source -> text.append(' ').append(source));
        heredocNames.forEach(name -> text.append(" <<").append(name));
        return text.append(' ').append(destination).append(LAYER_MARK).toString();
    }

    private static String pairs(Collection<Map.Entry<String, String>> pairs) {
        return pairs.stream().map(pair -> pair.getKey() + "=" + pair.getValue()).collect(Collectors.joining(" "));
    }
}
