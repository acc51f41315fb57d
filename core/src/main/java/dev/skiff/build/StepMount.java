package dev.skiff.build;

import java.io.IOException;

/** A {@code --mount} of a RUN, checked, with all that its options mean in the stage that it is in. */
interface StepMount {
    /** Where, in the container; absolute and clean; empty if there is nothing to mount. */
    String target();

    /** Adds what the step's result depends on. Secrets, agents and the contents of caches are no part of it. */
    void addTo(StepKey key) throws IOException;

    /** Has it ready for a container that is about to start. What it takes for that is closed with the sandbox. */
    void open(SandboxBuilder sandbox) throws IOException, InterruptedException;
}
