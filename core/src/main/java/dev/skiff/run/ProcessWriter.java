package dev.skiff.run;

import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.runtime.Process;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Further processes of a container, after the pattern of its first one. */
final class ProcessWriter {
    private final ContainerConfig config;
    private final RunPlan plan;
    private final String hostname;
    private final Process first;
    private final Users users;

    /** Who is who in the container. */
    @FunctionalInterface
    interface Users {
        ImageUser resolve(String text) throws IOException;
    }

    ProcessWriter(ContainerConfig config, RunPlan plan, String hostname, Process first, Users users) {
        this.config = config;
        this.plan = plan;
        this.hostname = hostname;
        this.first = first;
        this.users = users;
    }

    /** @throws IllegalArgumentException if there is no such user */
    Process write(List<String> argv, Map<String, String> env, Optional<String> user, Optional<String> workdir)
            throws IOException {
        Map<String, String> asked = new LinkedHashMap<>(plan.env());
        asked.putAll(env);
        ImageUser who = users.resolve(user.or(plan::user).or(config::user).orElse(""));
        Process joining = first.capabilities()
                .map(sets -> first.withCapabilities(plan.privileges().sets(who.uid(), sets.bounding())))
                .orElse(first);
        return joining.withArgs(argv)
                .withEnv(Environment.of(config, asked, Optional.of(hostname), who.home()))
                .withUser(who.inNumbers())
                .withCwd(workdir.map(SpecWriter::absolute).orElse(first.cwd()));
    }
}
