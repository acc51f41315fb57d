package dev.skiff.registry;

import dev.skiff.Credentials;
import dev.skiff.oci.Reference;

/**
 * The way to registries. One for a whole {@code Skiff}: it keeps connections and nothing else, so it has no state to close,
 * and any number of threads may use it.
 */
public final class RegistryClient {
    private final RegistrySettings settings;
    private final Redirects redirects;

    public RegistryClient(RegistrySettings settings) {
        this.settings = settings;
        this.redirects = new Redirects(new Transport(settings), settings);
    }

    /** The repository of this image, as this user. Asks nothing yet. */
    public Repository repository(Reference reference, Credentials credentials) {
        Endpoint endpoint = Endpoint.of(reference.domain(), settings);
        Failures failures = new Failures(endpoint.name(), "pull " + reference);
        Session session = session(endpoint, credentials, failures);
        return new Repository(reference, endpoint, session, settings.transferLimit());
    }

    /** The place where an image of this name is to be put, as this user. Asks nothing yet. */
    public Destination destination(Reference reference, Credentials credentials) {
        Endpoint endpoint = Endpoint.of(reference.domain(), settings);
        Failures failures = new Failures(endpoint.name(), "push " + reference);
        Session session = session(endpoint, credentials, failures);
        return new Destination(reference, endpoint, redirects, session, settings.transferLimit());
    }

    private Session session(Endpoint endpoint, Credentials credentials, Failures failures) {
        TokenService tokens = new TokenService(redirects, new RealmPolicy(endpoint, settings), failures);
        Identity identity = new Identity(endpoint.name(), credentials, tokens, failures);
        return new Session(endpoint, redirects, new RetryPolicy(settings.firstPause()), identity);
    }
}
