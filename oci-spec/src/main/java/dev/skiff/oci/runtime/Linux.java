package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import dev.skiff.oci.internal.Texts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What only Linux has: namespaces, cgroup, devices, seccomp.
 *
 * @param uidMappings of the new user namespace
 * @param gidMappings of the new user namespace
 * @param namespaces a type that is missing is shared with whoever starts the container
 * @param devices beside those that every container has
 * @param maskedPaths hidden from the container; those that are not there are skipped
 * @param mountLabel for SELinux
 * @param timeOffsets by clock: {@code monotonic} or {@code boottime}
 * @param netDevices by their names on the host
 */
public record Linux(
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        Map<String, String> sysctl,
        Optional<Resources> resources,
        Optional<String> cgroupsPath,
        List<Namespace> namespaces,
        List<Device> devices,
        Optional<Seccomp> seccomp,
        Optional<Propagation> rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        Optional<String> mountLabel,
        Optional<IntelRdt> intelRdt,
        Optional<Personality> personality,
        Map<String, TimeOffset> timeOffsets,
        Map<String, NetDevice> netDevices,
        UnknownFields extra) {
    private static final List<String> CLOCKS = List.of("monotonic", "boottime");

    public Linux {
        uidMappings = Copies.list(uidMappings);
        gidMappings = Copies.list(gidMappings);
        sysctl = Copies.map(sysctl);
        namespaces = Copies.list(namespaces);
        devices = Copies.list(devices);
        maskedPaths = Copies.list(maskedPaths);
        readonlyPaths = Copies.list(readonlyPaths);
        timeOffsets = Copies.map(timeOffsets);
        netDevices = Copies.map(netDevices);
        netDevices.keySet().forEach(name -> NetDevice.check("netDevices", name, name));
        Checks.distinct("namespaces", namespaces, Namespace::type);
        maskedPaths.forEach(path -> Checks.absolute("maskedPaths", path));
        readonlyPaths.forEach(path -> Checks.absolute("readonlyPaths", path));
        cgroupsPath.ifPresent(path -> Checks.noNul("cgroupsPath", path));
        timeOffsets.keySet().forEach(clock -> {
            if (!CLOCKS.contains(clock)) {
                throw new IllegalArgumentException(
                        "timeOffsets has the clocks monotonic and boottime, got " + Texts.excerpt(clock));
            }
        });
    }

    /** Nothing of its own: no namespace, no limit, no filter. */
    public static Linux none() {
        return new Linux(
                List.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                UnknownFields.none());
    }

    public Linux withUidMappings(List<IdMapping> uidMappings) {
        return Records.with(this, "uidMappings", uidMappings);
    }

    public Linux withGidMappings(List<IdMapping> gidMappings) {
        return Records.with(this, "gidMappings", gidMappings);
    }

    public Linux withSysctl(Map<String, String> sysctl) {
        return Records.with(this, "sysctl", sysctl);
    }

    public Linux withResources(Resources resources) {
        return Records.with(this, "resources", resources);
    }

    public Linux withCgroupsPath(String cgroupsPath) {
        return Records.with(this, "cgroupsPath", cgroupsPath);
    }

    public Linux withNamespaces(List<Namespace> namespaces) {
        return Records.with(this, "namespaces", namespaces);
    }

    public Linux withDevices(List<Device> devices) {
        return Records.with(this, "devices", devices);
    }

    /** The same without a filter of system calls. */
    public Linux withoutSeccomp() {
        return Records.without(this, "seccomp");
    }

    public Linux withSeccomp(Seccomp seccomp) {
        return Records.with(this, "seccomp", seccomp);
    }

    public Linux withRootfsPropagation(Propagation rootfsPropagation) {
        return Records.with(this, "rootfsPropagation", rootfsPropagation);
    }

    public Linux withMaskedPaths(List<String> maskedPaths) {
        return Records.with(this, "maskedPaths", maskedPaths);
    }

    public Linux withReadonlyPaths(List<String> readonlyPaths) {
        return Records.with(this, "readonlyPaths", readonlyPaths);
    }

    public Linux withMountLabel(String mountLabel) {
        return Records.with(this, "mountLabel", mountLabel);
    }

    public Linux withIntelRdt(IntelRdt intelRdt) {
        return Records.with(this, "intelRdt", intelRdt);
    }

    public Linux withNetDevices(Map<String, NetDevice> netDevices) {
        return Records.with(this, "netDevices", netDevices);
    }

    /** The namespace of that type, if the container does not share it. */
    public Optional<Namespace> namespace(NamespaceType type) {
        return namespaces.stream().filter(namespace -> namespace.type() == type).findFirst();
    }
}
