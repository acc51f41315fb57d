package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;

/**
 * Programs of the host that are run as the container is made, started and gone.
 *
 * @param prestart the same as {@code createRuntime}, from before there were more
 * @param createRuntime when the namespaces are there, before the root is changed, on the side of the host
 * @param createContainer the same, inside the namespaces
 * @param startContainer just before the process starts, inside the container
 * @param poststart when the process has started
 * @param poststop when the container has been deleted
 */
public record Hooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop,
        UnknownFields extra) {
    public Hooks {
        prestart = Copies.list(prestart);
        createRuntime = Copies.list(createRuntime);
        createContainer = Copies.list(createContainer);
        startContainer = Copies.list(startContainer);
        poststart = Copies.list(poststart);
        poststop = Copies.list(poststop);
    }

    /** No programs at all. */
    public static Hooks none() {
        return new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), UnknownFields.none());
    }

    public Hooks withCreateRuntime(List<Hook> createRuntime) {
        return Records.with(this, "createRuntime", createRuntime);
    }

    public Hooks withCreateContainer(List<Hook> createContainer) {
        return Records.with(this, "createContainer", createContainer);
    }

    public Hooks withStartContainer(List<Hook> startContainer) {
        return Records.with(this, "startContainer", startContainer);
    }

    public Hooks withPoststart(List<Hook> poststart) {
        return Records.with(this, "poststart", poststart);
    }

    public Hooks withPoststop(List<Hook> poststop) {
        return Records.with(this, "poststop", poststop);
    }
}
