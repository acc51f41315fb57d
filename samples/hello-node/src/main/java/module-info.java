/** A Node.js application, from its Dockerfile to its first answer. */
module dev.skiff.samples.hellonode {
    requires dev.skiff;
    requires java.net.http;
    requires static org.jspecify;
}
