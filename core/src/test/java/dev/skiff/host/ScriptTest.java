package dev.skiff.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
    @ParameterizedTest
    @CsvSource({
        "#!/bin/sh, /bin/sh,",
        "#! /bin/sh -e, /bin/sh,",
        "#!/usr/bin/env node, /usr/bin/env, node",
        "#!/usr/bin/env -S node --no-warnings, /usr/bin/env, node",
        "#!/usr/bin/env LANG=C perl, /usr/bin/env, perl",
        "#!/usr/bin/env, /usr/bin/env,",
    })
    void theFirstLineNamesWhoReadsIt(String line, String interpreter, String program) {
        assertThat(Script.parse(line)).contains(new Script(interpreter, Optional.ofNullable(program)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#!", "#!  ", "# !/bin/sh", "echo", " #!/bin/sh"})
    void otherFilesNameNoOne(String line) {
        assertThat(Script.parse(line)).isEmpty();
    }
}
