package dev.skiff.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void theSha256OfSomeBytesIsKnown() {
        assertThat(Digest.sha256("abc".getBytes(UTF_8))).hasToString("sha256:" + OF_ABC);
        assertThat(Digest.of(Digest.Algorithm.SHA512, new byte[0]).hex())
                .startsWith("cf83e1357eefb8bd")
                .hasSize(128);
    }

    @Test
    void aDigesterSeesTheContentInPiecesAndCountsIt() {
        Digester digester = Digester.sha256();
        digester.update("xab".getBytes(UTF_8), 1, 2);
        digester.update("c".getBytes(UTF_8));

        assertThat(digester.bytes()).isEqualTo(3);
        assertThat(digester.digest()).isEqualTo(Digest.parse("sha256:" + OF_ABC));
    }

    /** CVE-2024-3727: what is not exactly an algorithm of ours and lower-case hex does not become a digest. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256",
                "sha256:",
                OF_ABC,
                "sha256:../../../../etc/passwd",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015AD",
                "SHA256:" + OF_ABC,
                "sha256:" + OF_ABC + "0",
                "sha256:" + OF_ABC + "\n",
                "sha512:" + OF_ABC,
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha256+b64:" + OF_ABC,
                "../sha256:" + OF_ABC,
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a\u0663",
            })
    void cve20243727OnlyLowerCaseHexIsADigest(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DiffId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDiffIdIsNoDigestToTheCompilerButTheSameToReaders() {
        assertThat(DiffId.parse("sha256:" + OF_ABC)).hasToString("sha256:" + OF_ABC);
        assertThat(DiffId.parse("sha256:" + OF_ABC).digest()).isEqualTo(Digest.parse("sha256:" + OF_ABC));
    }
}
