package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class StartFailuresTest {
    private static String message(Throwable failure) {
        return String.valueOf(new StartFailures("container web").of(failure).getMessage());
    }

    @Test
    void aFileIsNamedTogetherWithWhatIsWrongWithIt() {
        assertThat(message(new AccessDeniedException("/data")))
                .isEqualTo("container web: /data: AccessDeniedException");
        assertThat(message(new FileSystemException("/data", null, "No space left on device")))
                .isEqualTo("container web: /data: No space left on device");
    }
}
