package dev.skiff.build;

import dev.skiff.oci.runtime.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** {@code type=tmpfs}: an empty file system in memory, over whatever is there. */
record TmpfsMount(String target, OptionalLong sizeBytes, boolean readOnly) implements StepMount {
    @Override
    public void addTo(StepKey key) {
        key.with("tmpfs").with(target).with(sizeBytes.orElse(-1)).with(readOnly ? "ro" : "rw");
    }

    @Override
    public void open(SandboxBuilder sandbox) {
        List<String> options = new ArrayList<>(List.of("nosuid", "nodev"));
        sizeBytes.ifPresent(size -> options.add("size=" + size));
        if (readOnly) {
            options.add("ro");
        }
        sandbox.mount(Mount.of(target, "tmpfs", "tmpfs", options));
    }
}
