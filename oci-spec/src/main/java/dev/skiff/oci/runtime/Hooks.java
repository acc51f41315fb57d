package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
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
}
