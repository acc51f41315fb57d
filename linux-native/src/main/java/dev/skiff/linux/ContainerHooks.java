package dev.skiff.linux;

import dev.skiff.linux.container.Stage;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Spec;
import java.util.function.Supplier;

/** The hooks of one container, each when it is due: runtime.md, "Lifecycle". */
final class ContainerHooks {
    private final HookRunner runner;
    private final Hooks hooks;
    private final Spec spec;
    private final Linux linux;
    private final OciState state; // but for what changes

    /** @param bundle what the container is made from */
    ContainerHooks(HookRunner runner, String id, Spec spec, String bundle) {
        this.runner = runner;
        this.spec = spec;
        this.hooks = spec.hooks().orElseGet(Hooks::none);
        this.linux = spec.linux().orElseGet(Linux::none);
        this.state = new OciState(spec.ociVersion(), id, "creating", 0, bundle, spec.annotations());
    }

    /** As the container is told of now. */
    OciState now(String status, long pid) {
        return new OciState(state.ociVersion(), state.id(), status, pid, state.bundle(), state.annotations());
    }

    /**
     * Those of a stage of its making.
     *
     * @param container a pidfd of its first process
     * @throws HookException if one fails
     */
    void reach(Stage stage, long pid, Supplier<Descriptor> container) {
        switch (stage) {
            case CREATED -> {
                runner.run("prestart", hooks.prestart(), now("creating", pid));
                runner.run("createRuntime", hooks.createRuntime(), now("creating", pid));
            }
            case MOUNTED ->
                runner.runInside("createContainer", hooks.createContainer(), now("creating", pid), linux, container);
            case ENTERED ->
                runner.runConfined("startContainer", hooks.startContainer(), now("created", pid), spec, container);
        }
    }

    boolean followStart() {
        return !hooks.poststart().isEmpty();
    }

    /** Once its command runs. */
    void started(long pid) {
        runner.run("poststart", hooks.poststart(), now("running", pid));
    }

    boolean followEnd() {
        return !hooks.poststop().isEmpty();
    }

    /** Once nothing is left of it. */
    void stopped() {
        runner.tryAll("poststop", hooks.poststop(), now("stopped", 0));
    }
}
