package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealmPolicyTest {
    private static final RegistrySettings SETTINGS =
            RegistrySettings.defaults().withPlainHosts(Set.of("registry.lan:5000", "10.0.0.7:5000"));

    @ParameterizedTest
    @CsvSource({
        "docker.io,          https://auth.docker.io/token",
        "gitlab.example.com, https://login.example.net/jwt?x=y",
        "localhost:5000,     http://localhost:5001/token",
        "registry.lan:5000,  http://registry.lan:5000/token",
        "10.0.0.7:5000,      https://10.0.0.8/token",
    })
    void aRegistryMayNameATokenServiceOfItsOwnKind(String registry, URI realm) {
        assertThat(new RealmPolicy(Endpoint.of(registry, SETTINGS), SETTINGS).objection(realm))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io,         http://auth.docker.io/token,      no TLS",
        "docker.io,         http://127.0.0.1:8080/token,      own network",
        "docker.io,         https://169.254.169.254/latest,   own network",
        "docker.io,         https://10.0.0.7/token,           own network",
        "docker.io,         https://2130706433/token,         own network",
        "docker.io,         https://localhost/token,          own network",
        "registry.lan:5000, http://registry.lan:5001/token,   no TLS",
        "registry.lan:5000, https://127.0.0.1/token,          own network",
        "docker.io,         ftp://auth.docker.io/token,       no plain https",
        "docker.io,         https://a:b@auth.docker.io/token, no plain https",
        "docker.io,         /token,                           no plain https",
        "docker.io,         mailto:token,                     no plain https",
    })
    void item72ATokenServiceThatIsNotSafeToAskIsRefused(String registry, URI realm, String why) {
        assertThat(new RealmPolicy(Endpoint.of(registry, SETTINGS), SETTINGS).objection(realm))
                .hasValueSatisfying(objection -> assertThat(objection).contains(why));
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io,         https://auth.docker.io/token,   true",
        "registry.lan:5000, http://registry.lan:5000/token, true",
        "registry.lan:5000, https://elsewhere.example/t,    false",
    })
    void whoNeverProvedWhoItIsCannotSendThePasswordElsewhere(String registry, URI realm, boolean allowed) {
        assertThat(new RealmPolicy(Endpoint.of(registry, SETTINGS), SETTINGS).mayHavePassword(realm))
                .isEqualTo(allowed);
    }
}
