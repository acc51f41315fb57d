package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExceptionsTest {
    private static final HostReport WITHOUT_NAMESPACES = new HostReport(List.of(
            new HostCheck("Linux", HostCheck.Result.GOOD, "6.1", ""),
            new HostCheck("overlayfs", HostCheck.Result.REDUCED, "not for users", "layers are copied"),
            new HostCheck(
                    "user namespaces",
                    HostCheck.Result.MISSING,
                    "kernel.unprivileged_userns_clone is 0",
                    "sysctl -w kernel.unprivileged_userns_clone=1")));

    @Test
    void aFailedStepSaysWhereWhatHowAndTheLastThingWritten() {
        BuildStepException e = new BuildStepException(
                3,
                "Dockerfile:4",
                "RUN npm install",
                new ExitStatus.Exited(1),
                List.of("npm ERR! code E404", "npm ERR! gone", " "));

        assertThat(e).hasMessage("Dockerfile:4: RUN npm install: exited with 1; last output: \"npm ERR! gone\"");
        assertThat(e.outputTail()).isEqualTo("npm ERR! code E404\nnpm ERR! gone\n ");
    }

    @Test
    void aContainerThatEndedBeforeItWasReadySaysHow() {
        NotReadyException e =
                NotReadyException.ended("container web (7f3a)", new ExitStatus.Exited(1), List.of("port 3000 in use"));

        assertThat(e)
                .hasMessage(
                        "container web (7f3a) exited with 1 before it was ready; last output: \"port 3000 in use\"");
        assertThat(e.status()).contains(new ExitStatus.Exited(1));
    }

    @Test
    void aContainerThatTookTooLongSaysWhatWasWaitedFor() {
        Ready ready = Ready.http(3000, "/health").within(Duration.ofSeconds(20));
        NotReadyException e = NotReadyException.timedOut("container 7f3a", ready, "status 503", List.of());

        assertThat(e)
                .hasMessage(
                        "container 7f3a was not ready within 20 s, waiting for GET /health on port 3000: status 503; "
                                + "it wrote nothing");
        assertThat(e.status()).isEmpty();
        assertThat(e.logTail()).isEmpty();
    }

    @Test
    void aCommandThatIsNotThereSaysWhereItWasLookedFor() {
        assertThat(new CommandNotFoundException("container 7f3a", "nod", "/usr/bin:/bin", null))
                .hasMessage("container 7f3a: exec: \"nod\": not found in $PATH /usr/bin:/bin");
        assertThat(new CommandNotFoundException("container 7f3a", "/opt/nod", "", null))
                .hasMessage(
                        "container 7f3a: exec: \"/opt/nod\": no such file, or its interpreter is missing in the image");
    }

    @Test
    void everyReasonNotToStartIsAStartException() {
        assertThat(List.of(
                        new CommandNotFoundException("container 7f3a", "nod", "", null),
                        new PortTakenException("container 7f3a", "127.0.0.1", 8080, new BindException()),
                        NotReadyException.ended("container 7f3a", new ExitStatus.Exited(0), List.of())))
                .allMatch(StartException.class::isInstance);
    }

    @Test
    void aHostIsUnusableForWhatIsMissingNotForWhatIsReduced() {
        assertThat(WITHOUT_NAMESPACES.usable()).isFalse();
        assertThat(WITHOUT_NAMESPACES.missing()).extracting(HostCheck::feature).containsExactly("user namespaces");
        assertThat(new HostReport(WITHOUT_NAMESPACES.checks().subList(0, 2)).usable())
                .isTrue();
    }

    @Test
    void anUnsupportedHostIsToldTheRemedy() {
        assertThat(new HostUnsupportedException("run busybox", WITHOUT_NAMESPACES, null))
                .hasMessage("run busybox: this host lacks what it takes: user namespaces: "
                        + "kernel.unprivileged_userns_clone is 0; sysctl -w kernel.unprivileged_userns_clone=1");
    }

    @Test
    void theEvidenceCrossesToAnotherJvm() throws Exception {
        BuildStepException step = new BuildStepException(
                3, "Dockerfile:4", "RUN false", new ExitStatus.OutOfMemory(4096), List.of("a", "b"));

        assertThat(copy(step).status()).isEqualTo(step.status());
        assertThat(copy(step).outputTail()).isEqualTo("a\nb");
        assertThat(copy(new HostUnsupportedException("run", WITHOUT_NAMESPACES, null))
                        .report())
                .isEqualTo(WITHOUT_NAMESPACES);
        assertThat(copy(new OperationTimeoutException("pull", Duration.ofMillis(5)))
                        .limit())
                .hasMillis(5);
    }

    private static <T extends SkiffException> T copy(T exception) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(exception);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            T copy = (T) in.readObject();
            return copy;
        }
    }
}
