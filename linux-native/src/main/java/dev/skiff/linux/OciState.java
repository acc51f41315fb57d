package dev.skiff.linux;

import java.util.Map;

/**
 * The state of a container as it is told to others: runtime.md, "State".
 *
 * @param ociVersion of the specification that it was made by
 * @param status {@code creating}, {@code created}, {@code running}, {@code paused} or {@code stopped}
 * @param pid of its first process, on the host; 0 once it is stopped
 * @param bundle the directory that it was made from
 */
public record OciState(
        String ociVersion, String id, String status, long pid, String bundle, Map<String, String> annotations) {
    public OciState {
        annotations = Map.copyOf(annotations);
    }
}
