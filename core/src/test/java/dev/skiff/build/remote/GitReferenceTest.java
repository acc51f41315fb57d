package dev.skiff.build.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitReferenceTest {
    private static GitReference parse(String text) {
        return GitReference.parse(text).orElseThrow(() -> new AssertionError(text + " is no git reference"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://host/a.git, https://host/a.git, , ''",
        "https://host/a.git#v1, https://host/a.git, v1, ''",
        "https://host/a.git#v1:sub/dir, https://host/a.git, v1, sub/dir",
        "https://host/a.git#:sub, https://host/a.git, , sub",
        "https://host/a.git?ref=v1&subdir=x%2Fy, https://host/a.git, v1, x/y",
        "https://host/a.git?branch=b, https://host/a.git, refs/heads/b, ''",
        "https://host/a.git?tag=b, https://host/a.git, refs/tags/b, ''",
        "git@host:team/a.git#main, git@host:team/a.git, main, ''",
        "ssh://git@host:22/a#main, ssh://git@host:22/a, main, ''",
        "git://host/a, git://host/a, , ''",
        "https://host/a.git#v1:../../etc, https://host/a.git, v1, etc",
    })
    void aRepositoryIsReadWithItsRefAndSubdirectory(String text, String remote, String ref, String subdirectory) {
        GitReference reference = parse(text);

        assertThat(reference.remote()).isEqualTo(remote);
        assertThat(reference.ref()).isEqualTo(Optional.ofNullable(ref));
        assertThat(reference.subdirectory()).isEqualTo(subdirectory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://host/a.tar.gz",
                "https://host/a",
                "http://host/git",
                "a/b.git",
                "./git@host:x",
                "",
                "github.com/a/b"
            })
    void otherSourcesAreNone(String text) {
        assertThat(GitReference.parse(text)).isEmpty();
    }

    /** CVE-2017-1000117: what begins with a dash is an option to ssh. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssh://-oProxyCommand=x/a.git",
                "ssh://-oProxyCommand=x@host/a.git",
                "git://-x/a",
                "https://host/a.git#--upload-pack=x",
                "https://host/a.git#-x",
                "https://host/a.git?ref=a b",
                "https://host/a.git?ref=a..b",
                "https://host/a.git?ref=+a:b",
                "https://host/a.git?nope=1",
                "https://host/a.git?ref=x#y",
                "https://host/a.git?checksum=zz",
                "file:///home/user/secret.git",
                "git://host"
            })
    void whatCouldBeTakenForAnOptionOrLeadsToTheHostIsRefused(String text) {
        assertThatThrownBy(() -> GitReference.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aUserThatIsAnOptionIsNoRepository() {
        assertThat(GitReference.parse("-oProxyCommand=x@host:a")).isEmpty();
    }

    @Test
    void aTokenInTheAddressIsNotShown() {
        assertThat(parse("https://token:secret@host/a.git#v1")).hasToString("https://host/a.git#v1");
    }

    @Property
    void anyTextIsARepositoryOrNoneOrRefused(@ForAll String text) {
        for (String source : new String[] {text, "https://h/a.git" + text, "git@h:" + text, "ssh://" + text}) {
            try {
                GitReference.parse(source).ifPresent(reference -> {
                    assertThat(reference.remote()).doesNotStartWith("-");
                    assertThat(reference.ref().orElse("x")).doesNotStartWith("-");
                });
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }
}
