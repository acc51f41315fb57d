package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.KernelVersion;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompArch;
import dev.skiff.oci.runtime.SeccompArg;
import dev.skiff.oci.runtime.SeccompFlag;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A seccomp profile as Docker and Podman write it: the runtime specification's rules, each with the capabilities,
 * architectures and kernels that it is for.
 *
 * @param archMap for each architecture of a host, the others whose programs run there
 * @param architectures those that the rules cover, in profiles that have no {@code archMap}
 */
record Profile(
        SeccompAction defaultAction,
        Optional<Integer> defaultErrnoRet,
        Optional<String> defaultErrno,
        List<Family> archMap,
        List<SeccompArch> architectures,
        Set<SeccompFlag> flags,
        Optional<String> listenerPath,
        Optional<String> listenerMetadata,
        List<Rule> syscalls) {

    /** An architecture and what else runs on it. */
    record Family(SeccompArch architecture, List<SeccompArch> subArchitectures) {}

    /** A rule and when it applies; Podman writes errors by name, too. */
    record Rule(
            List<String> names,
            Optional<String> name,
            SeccompAction action,
            Optional<Integer> errnoRet,
            Optional<String> errno,
            List<SeccompArg> args,
            Optional<When> includes,
            Optional<When> excludes) {

        private SeccompSyscall resolved() {
            List<String> all = Stream.concat(names.stream(), name.stream()).toList();
            return new SeccompSyscall(all, action, numbered(errnoRet, errno), args, UnknownFields.none());
        }
    }

    /**
     * A condition on the container and its host. Capabilities are text here, so that a profile may name one that a newer
     * kernel brought: no container of ours has it.
     */
    record When(List<String> caps, List<String> arches, Optional<String> minKernel) {

        /** Whether all that this names is there, as a rule's {@code includes} wants it. */
        private boolean allOf(Set<String> capabilities, Architecture host, KernelVersion kernel) {
            return capabilities.containsAll(caps)
                    && (arches.isEmpty() || arches.contains(host.profileName()))
                    && minKernel.map(KernelVersion::of).map(kernel::isAtLeast).orElse(true);
        }

        /** Whether anything that this names is there, which a rule's {@code excludes} rules out. */
        private boolean anyOf(Set<String> capabilities, Architecture host, KernelVersion kernel) {
            return caps.stream().anyMatch(capabilities::contains)
                    || arches.contains(host.profileName())
                    || minKernel.map(KernelVersion::of).map(kernel::isAtLeast).orElse(false);
        }
    }

    /**
     * Reads a profile.
     *
     * @throws JsonException when it is none
     */
    static Profile parse(byte[] json) {
        return Json.read(json, Profile.class);
    }

    /** What the profile says about a container with these capabilities on this host. */
    Seccomp resolve(Set<Capability> capabilities, Architecture host, KernelVersion kernel) {
        Set<String> names = new LinkedHashSet<>();
        capabilities.forEach(capability -> names.add(capability.name()));
        List<SeccompSyscall> rules = new ArrayList<>();
        for (Rule rule : syscalls) {
            if (rule.includes.map(when -> when.allOf(names, host, kernel)).orElse(true)
                    && !rule.excludes
                            .map(when -> when.anyOf(names, host, kernel))
                            .orElse(false)) {
                rules.add(rule.resolved());
            }
        }
        return new Seccomp(
                defaultAction,
                numbered(defaultErrnoRet, defaultErrno),
                covered(host),
                flags,
                listenerPath,
                listenerMetadata,
                rules,
                UnknownFields.none());
    }

    /** Whether a container with this capability may be treated differently from one without it. */
    boolean mentions(Capability capability) {
        return syscalls.stream()
                .flatMap(rule -> Stream.concat(rule.includes.stream(), rule.excludes.stream()))
                .anyMatch(when -> when.caps.contains(capability.name()));
    }

    private Set<SeccompArch> covered(Architecture host) {
        Set<SeccompArch> covered = new LinkedHashSet<>(architectures);
        for (Family family : archMap) {
            if (family.architecture.name().equals(host.specName())) {
                covered.add(family.architecture);
                covered.addAll(family.subArchitectures);
            }
        }
        return covered;
    }

    private static Optional<Integer> numbered(Optional<Integer> number, Optional<String> name) {
        return number.isPresent()
                ? number
                : name.map(symbol -> Errno.find(symbol)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "the seccomp profile names an error that Linux does not have: \"" + symbol + "\""))
                        .number());
    }
}
