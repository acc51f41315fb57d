package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import dev.skiff.oci.internal.Texts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A whole container as the runtime specification describes it: {@code config.json} of a bundle.
 *
 * @param ociVersion of the specification
 */
public record Spec(
        String ociVersion,
        Optional<Process> process,
        Optional<Root> root,
        Optional<String> hostname,
        Optional<String> domainname,
        List<Mount> mounts,
        Optional<Hooks> hooks,
        Map<String, String> annotations,
        Optional<Linux> linux,
        UnknownFields extra) {
    /** The version of the specification that this library writes. It reads any that begins with the same number. */
    public static final String VERSION = "1.2.0";

    private static final Pattern READABLE = Pattern.compile("1\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?");

    public Spec {
        mounts = Copies.list(mounts);
        annotations = Copies.map(annotations);
        if (!READABLE.matcher(ociVersion).matches()) {
            throw new IllegalArgumentException(
                    "ociVersion must be one such as " + VERSION + ", got " + Texts.excerpt(ociVersion));
        }
        hostname.ifPresent(name -> Checks.noNul("hostname", name));
        domainname.ifPresent(name -> Checks.noNul("domainname", name));
        annotations.keySet().forEach(key -> Checks.notEmpty("annotations", key));
    }

    /** A container with nothing mounted but its root. */
    public static Spec of(Root root, Process process, Linux linux) {
        return new Spec(
                VERSION,
                Optional.of(process),
                Optional.of(root),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Map.of(),
                Optional.of(linux),
                UnknownFields.none());
    }

    public Spec withProcess(Process process) {
        return Records.with(this, "process", process);
    }

    public Spec withRoot(Root root) {
        return Records.with(this, "root", root);
    }

    /** The same with whatever host name its UTS namespace has. */
    public Spec withoutHostname() {
        return Records.without(this, "hostname");
    }

    public Spec withHostname(String hostname) {
        return Records.with(this, "hostname", hostname);
    }

    public Spec withDomainname(String domainname) {
        return Records.with(this, "domainname", domainname);
    }

    public Spec withMounts(List<Mount> mounts) {
        return Records.with(this, "mounts", mounts);
    }

    public Spec withHooks(Hooks hooks) {
        return Records.with(this, "hooks", hooks);
    }

    public Spec withAnnotations(Map<String, String> annotations) {
        return Records.with(this, "annotations", annotations);
    }

    public Spec withLinux(Linux linux) {
        return Records.with(this, "linux", linux);
    }

    /** One more mount, after those that are there. */
    public Spec plusMount(Mount mount) {
        return withMounts(Stream.concat(mounts.stream(), Stream.of(mount)).toList());
    }
}
