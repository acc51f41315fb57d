package dev.skiff.run;

import dev.skiff.Isolation.Aspect;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The part of {@link IsolationReport} that says what a container can use of its host, and how much. */
final class IsolationBounds {
    private static final String NOTHING = "";

    private final Process process;
    private final Linux linux;
    private final Resources resources;
    private final Privileges privileges;
    private final HostTraits host;
    private final List<Aspect> aspects = new ArrayList<>();

    private IsolationBounds(Spec spec, Privileges privileges, HostTraits host) {
        this.process = spec.process().orElseThrow();
        this.linux = spec.linux().orElseGet(Linux::none);
        this.resources = linux.resources().orElseGet(Resources::none);
        this.privileges = privileges;
        this.host = host;
    }

    static List<Aspect> of(Spec spec, Privileges privileges, HostTraits host) {
        IsolationBounds bounds = new IsolationBounds(spec, privileges, host);
        bounds.devices();
        bounds.controlGroups();
        bounds.memory();
        bounds.processors();
        bounds.processes();
        bounds.processLimits();
        return bounds.aspects;
    }

    private void whole(String name, String found) {
        aspects.add(new Aspect(name, true, found, NOTHING));
    }

    private void weaker(String name, String found, String remedy) {
        aspects.add(new Aspect(name, false, found, remedy));
    }

    private void devices() {
        String seen = linux.devices().isEmpty()
                ? "those that every container has"
                : "those that every container has, and "
                        + (privileges.everything()
                                ? "all of this host"
                                : linux.devices().size() + " of this host");
        if (privileges.everything()) {
            weaker("devices", seen, "leave out privileged()");
        } else if (host.rootless()) {
            whole("devices", seen + "; no other can be opened in a user namespace");
        } else if (!resources.devices().isEmpty()) {
            whole("devices", seen + "; the kernel lets it open no other");
        } else {
            weaker(
                    "devices",
                    seen + "; nothing but file modes keeps it from others that its image may hold nodes of",
                    "mount the devices controller of cgroup version 1, or version 2 with CAP_BPF for this JVM");
        }
    }

    private void controlGroups() {
        if (host.groups().usable().isEmpty() && !host.pauses()) {
            weaker(
                    "control groups",
                    "none of its own: this host has " + host.groups() + ", and lets this user make none",
                    host.rootless() ? Diagnosis.DELEGATE : Diagnosis.MOUNT_GROUPS);
        } else {
            whole("control groups", "its own, of " + host.groups());
        }
    }

    private void memory() {
        resources.memory().ifPresent(memory -> {
            Map<String, Long> said = new LinkedHashMap<>();
            memory.limit().ifPresent(bytes -> said.put("at most", bytes));
            memory.reservation().ifPresent(bytes -> said.put("kept when short", bytes));
            memory.swap().ifPresent(bytes -> said.put("with swap at most", bytes));
            String text = said.entrySet().stream()
                    .map(each -> each.getKey() + " " + each.getValue())
                    .collect(Collectors.joining(", "));
            if (memory.limit().isPresent() && memory.swap().isEmpty() && !host.countsSwap()) {
                weaker("memory", text + " bytes, and swap, which this kernel does not count", Diagnosis.COUNT_SWAP);
            } else {
                whole("memory", text + " bytes");
            }
        });
    }

    private void processors() {
        resources.cpu().ifPresent(cpu -> {
            List<String> said = new ArrayList<>();
            cpu.quota()
                    .ifPresent(quota -> said.add("at most "
                            + (double) quota / cpu.period().orElse(LimitsWriter.PERIOD_MICROS) + " at a time"));
            cpu.shares().ifPresent(shares -> said.add("weight " + shares));
            cpu.cpus().ifPresent(set -> said.add("only " + set));
            whole("processors", String.join(", ", said));
        });
    }

    private void processes() {
        resources
                .pids()
                .ifPresentOrElse(
                        pids -> whole(
                                "processes",
                                pids.limit() < 0
                                        ? "as many as the host can hold, as asked"
                                        : "at most " + pids.limit()),
                        () -> weaker(
                                "processes",
                                "as many as this user may have",
                                "run as root, or have the pids controller delegated to this user"));
    }

    private void processLimits() {
        whole(
                "limits of a process",
                process.rlimits().stream().map(this::inWords).collect(Collectors.joining(", ")));
    }

    private String inWords(Rlimit limit) {
        boolean lowered = host.loweredLimits().contains(limit);
        return limit.type() + " " + limit.hard() + (lowered ? " (the most that this host allows)" : NOTHING);
    }
}
