package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.Set;

/**
 * Says which capabilities the process has, in each of the kernel's five sets. What is not named is dropped. In a document, names that
 * are not known are left out with a warning (config.md, "Linux Process", capabilities).
 */
public record Capabilities(
        @JsonField(knownOnly = true) Set<Capability> bounding,
        @JsonField(knownOnly = true) Set<Capability> effective,
        @JsonField(knownOnly = true) Set<Capability> inheritable,
        @JsonField(knownOnly = true) Set<Capability> permitted,
        @JsonField(knownOnly = true) Set<Capability> ambient,
        UnknownFields extra) {
    private static final Capabilities NONE =
            new Capabilities(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), UnknownFields.none());

    public Capabilities {
        bounding = Copies.set(bounding);
        effective = Copies.set(effective);
        inheritable = Copies.set(inheritable);
        permitted = Copies.set(permitted);
        ambient = Copies.set(ambient);
    }

    /** Not one, in no set. */
    public static Capabilities none() {
        return NONE;
    }

    /**
     * The same bounding, effective and permitted; inheritable and ambient empty, for those would survive a change of user
     * (CVE-2022-29162).
     */
    public static Capabilities of(Set<Capability> capabilities) {
        return NONE.withBounding(capabilities).withEffective(capabilities).withPermitted(capabilities);
    }

    public Capabilities withBounding(Set<Capability> capabilities) {
        return Records.with(this, "bounding", capabilities);
    }

    public Capabilities withEffective(Set<Capability> capabilities) {
        return Records.with(this, "effective", capabilities);
    }

    public Capabilities withInheritable(Set<Capability> capabilities) {
        return Records.with(this, "inheritable", capabilities);
    }

    public Capabilities withPermitted(Set<Capability> capabilities) {
        return Records.with(this, "permitted", capabilities);
    }

    public Capabilities withAmbient(Set<Capability> capabilities) {
        return Records.with(this, "ambient", capabilities);
    }
}
