package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunTest {
    private static final Run RUN = new SkiffContainers(() -> {
                throw new AssertionError("a description opens nothing");
            })
            .run("node:18-alpine");

    @Test
    void aStepGivesANewValueAndOpensNothing() {
        Run named = RUN.name("web")
                .env("A", "b")
                .publish(80)
                .command("true")
                .user("node")
                .workdir("/app");
        assertThat(named).isNotSameAs(RUN).hasToString("run web");
        assertThat(RUN).hasToString("run node:18-alpine");
    }

    @Test
    void whatCannotBeIsRefusedAtOnce() {
        assertThatThrownBy(() -> RUN.env("A=B", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RUN.env("", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RUN.publish(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RUN.publish(65_536, 80)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RUN.workdir("app")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RUN.mount(Path.of("data"), "data")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RUN.mount(Path.of("data"), "/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nullsAreRefusedByName() {
        assertThatThrownBy(() -> RUN.user(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("user");
        assertThatThrownBy(() -> RUN.env("A", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("value");
        assertThatThrownBy(() -> RUN.readyWhen(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("ready");
    }

    @Test
    void aNameThatIsNoneIsRefusedBeforeAnythingIsAsked() {
        assertThatThrownBy(() -> Containers.run("Node:18")).isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> Images.pull("no such name")).isInstanceOf(InvalidReferenceException.class);
    }

    @Test
    void aMountSaysWhatDockerWould() {
        assertThat(Mount.bind(Path.of("/srv/conf"), "/etc/app").readOnly()).hasToString("/srv/conf:/etc/app:ro");
        assertThat(Mount.bind(Path.of("/srv/../conf"), "/etc/app"))
                .isEqualTo(Mount.bind(Path.of("/conf"), "/etc/app"))
                .isNotEqualTo(Mount.bind(Path.of("/conf"), "/etc/app").readOnly());
    }
}
