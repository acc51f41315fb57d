package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserDatabaseTest {
    private static final UserDatabase USERS = parse(
            "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n1000:x:7:7::/seven:/bin/sh\nbare:x:5:6:::\n",
            "root:x:0:\nnode:x:1000:\naudio:x:29:other,node\nvideo:x:44:node\n");

    private static UserDatabase parse(String passwd, String group) {
        return UserDatabase.parse(passwd.getBytes(StandardCharsets.UTF_8), group.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "'',0,0,/root",
        "root,0,0,/root",
        "node,1000,1000,/home/node",
        "4711,4711,0,/",
        "4711:29,4711,29,/",
        "node:audio,1000,29,/home/node",
        "node:5,1000,5,/home/node",
        "node:,1000,1000,/home/node",
        ":29,0,29,/root",
        "bare,5,6,/",
        "2147483647,2147483647,0,/"
    })
    void aUserIsANameOrANumberWithOrWithoutAGroup(String text, int uid, int gid, String home) {
        ImageUser user = USERS.resolve(text);
        assertThat(user.uid()).isEqualTo(uid);
        assertThat(user.gid()).isEqualTo(gid);
        assertThat(user.home()).isEqualTo(home);
    }

    /** As they are written with echo, by people who leave out the shell, or the members. */
    @Test
    void aLineMayLackItsLastFields() {
        UserDatabase users = parse("app:x:1000:1001:App:/home/app\n  bare:x:7:8 \nnone:x:9\n", "staff:x:50\n");

        assertThat(users.resolve("app:staff").gid()).isEqualTo(50);
        assertThat(users.resolve("app").home()).isEqualTo("/home/app");
        assertThat(users.resolve("bare").uid()).isEqualTo(7);
        assertThat(users.resolve("bare").home()).isEqualTo("/");
        assertThatThrownBy(() -> users.resolve("none")).isInstanceOf(IllegalArgumentException.class);
    }

    /** CVE-2022-2989, CVE-2022-2990: a process without its primary group in the list passes files that forbid the group. */
    @Test
    void thePrimaryGroupIsInTheListOfGroups() {
        assertThat(USERS.resolve("node").groups()).containsExactly(1000, 29, 44);
        assertThat(USERS.resolve("node:audio").groups()).containsExactly(29);
        assertThat(USERS.resolve("4711:29").groups()).containsExactly(29);
        assertThat(USERS.resolve("4711").groups()).containsExactly(0);
    }

    /** CVE-2024-40635: 2^32 and more wrapped around to root; CVE-2026-30892: odd texts did. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "2147483648",
                "4294967295",
                "4294967296",
                "18446744073709551616",
                "0x0",
                "00",
                "+0",
                " 0",
                "0 ",
                "\u0660",
                "nobody-here",
                "root ",
                "node:nobody-here",
                "node:-1",
                "node:4294967296",
                "0:00"
            })
    void cve202440635WhatIsNoUserIsNeverRoot(String text) {
        assertThatThrownBy(() -> USERS.resolve(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("in the image's /etc/");
    }

    /** CVE-2024-40635, from the other side: the image's own file holds the number. */
    @ParameterizedTest
    @ValueSource(strings = {"4294967296:0", "-1:0", ":0", "0:4294967296", "0x0:0", "1:2:3"})
    void cve202440635ALineWithAnOddNumberNamesNobody(String ids) {
        UserDatabase users = parse("app:x:" + ids + "::/:/bin/sh\n", "");
        assertThatThrownBy(() -> users.resolve("app")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Otherwise an image would decide what the ids are that whoever runs it has asked for. */
    @Test
    void aNumberIsAnIdWhateverNamesTheImageHas() {
        UserDatabase users = parse("1000:x:0:0::/root:/bin/sh\n", "1000:x:0:\n");
        assertThat(users.resolve("1000:1000").uid()).isEqualTo(1000);
        assertThat(users.resolve("1000:1000").gid()).isEqualTo(1000);
    }

    /** CVE-2024-9676: the size of the two files is the image's to choose, and what is read of them is not. */
    @Test
    void cve20249676FilesAreReadUpToALimit() {
        ImageFiles endless = new ImageFiles() {
            @Override
            public Optional<byte[]> read(RawPath path, int mostBytes) throws IOException {
                assertThat(mostBytes).isLessThanOrEqualTo(10 << 20);
                throw new IOException(path + " is too large");
            }
        };
        assertThatThrownBy(() -> UserDatabase.of(endless)).isInstanceOf(IOException.class);
    }

    @Test
    void moreGroupsThanTheKernelTakesAreAnError() {
        StringBuilder groups = new StringBuilder();
        for (int i = 1; i <= 65537; i++) {
            groups.append("g").append(i).append(":x:").append(i).append(":app\n");
        }
        UserDatabase users = parse("app:x:1:1::/:/bin/sh\n", groups.toString());
        assertThatThrownBy(() -> users.resolve("app"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the kernel takes 65536");
    }

    @Property(tries = 300)
    void anyFilesEndInAUserOrOurException(@ForAll String passwd, @ForAll String group, @ForAll String user) {
        try {
            ImageUser found = parse(passwd, group).resolve(user);
            assertThat(found.uid()).isNotNegative();
            assertThat(found.groups()).contains(found.gid());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("/etc/");
        }
    }
}
