package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HomeTest {
    private static final Path USER = Path.of("/home/me");

    @Test
    void whatTheEnvironmentNamesComesFirst() {
        Map<String, String> environment = Map.of("SKIFF_HOME", "/srv/skiff", "XDG_DATA_HOME", "/data");
        assertThat(Home.standard(environment, true, USER)).isEqualTo(Path.of("/srv/skiff"));
        assertThat(Home.standard(environment, false, USER)).isEqualTo(Path.of("/srv/skiff"));
    }

    @Test
    void rootHasTheSystemsPlace() {
        assertThat(Home.standard(Map.of("XDG_DATA_HOME", "/data"), true, USER)).isEqualTo(Path.of("/var/lib/skiff"));
    }

    @Test
    void othersHaveAPlaceOfTheirOwn() {
        assertThat(Home.standard(Map.of("XDG_DATA_HOME", "/data"), false, USER)).isEqualTo(Path.of("/data/skiff"));
        assertThat(Home.standard(Map.of(), false, USER)).isEqualTo(Path.of("/home/me/.local/share/skiff"));
    }

    @Test
    void aRelativeDataDirectoryIsIgnoredAsItsSpecificationSays() {
        assertThat(Home.standard(Map.of("XDG_DATA_HOME", "data"), false, USER))
                .isEqualTo(Path.of("/home/me/.local/share/skiff"));
    }
}
