package dev.skiff.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files that every root needs, whatever runs in it: accounts, directories, certificates, a locale. */
final class BaseFiles {
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534:nobody:/nonexistent:/bin/false
            """;
    private static final String GROUP = """
            root:x:0:
            nogroup:x:65534:
            """;
    private static final String NSSWITCH = """
            passwd: files
            group: files
            shadow: files
            hosts: files dns
            networks: files
            protocols: files
            services: files
            """;

    private static final Path BUNDLE = Path.of("/etc/ssl/certs/ca-certificates.crt");

    /** Where distributions have the certificates of authorities, all in one file; programs know all of these. */
    private static final List<Path> BUNDLES = paths(
            BUNDLE.toString(), // Debian, Alpine, Arch
            "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, and links to it:
            "/etc/pki/tls/certs/ca-bundle.crt",
            "/etc/pki/tls/cert.pem",
            "/var/lib/ca-certificates/ca-bundle.pem", // SUSE, and a link to it:
            "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem"); // Alpine, LibreSSL

    /** Directories that OpenSSL was built to look for {@code cert.pem} in, where they are not /etc/ssl itself. */
    private static final List<Path> OPENSSL = paths("/usr/lib/ssl", "/usr/local/ssl", "/usr/lib64/ssl");

    private final HostRoot root;
    private final HostFiles files;

    BaseFiles(HostRoot root, HostFiles files) {
        this.root = root;
        this.files = files;
    }

    void add() throws IOException {
        addDirectories();
        make(Path.of("/etc/passwd"), PASSWD);
        make(Path.of("/etc/group"), GROUP);
        make(Path.of("/etc/nsswitch.conf"), NSSWITCH);
        files.add(Path.of("/etc/os-release")); // by which programs tell one libc from the other
        addCertificates();
    }

    private void addDirectories() throws IOException {
        for (String merged : List.of("/bin", "/sbin", "/lib", "/lib64", "/usr/sbin", "/usr/lib64", "/var/run")) {
            Path path = Path.of(merged);
            Optional<HostRoot.Stat> stat = root.stat(path);
            if (stat.isPresent() && stat.get().metadata().isSymlink()) {
                files.add(path);
            }
        }
        for (String mountPoint : List.of("/dev", "/proc", "/sys", "/run", "/usr/bin", "/usr/local/bin", "/var")) {
            files.makeDirectory(Path.of(mountPoint), 0755);
        }
        files.makeDirectory(Path.of("/root"), 0700);
        files.makeDirectory(Path.of("/tmp"), 01777);
        files.makeDirectory(Path.of("/var/tmp"), 01777);
    }

    private void addCertificates() throws IOException {
        Optional<Path> bundle = Optional.empty();
        for (Path path : BUNDLES) {
            if (files.add(path).isPresent() && bundle.isEmpty()) {
                bundle = Optional.of(path);
            }
        }
        if (bundle.isEmpty()) {
            files.omit("certificates of authorities: none at " + BUNDLES + ", so TLS connections will not be trusted");
            return;
        }
        link(BUNDLE, bundle.get());
        for (Path directory : OPENSSL) {
            if (root.isDirectory(directory)) {
                link(directory.resolve("cert.pem"), bundle.get());
            }
        }
    }

    /** What a C library at least needs to be told to work in UTF-8; glibc has it built in since 2.35, musl always had. */
    void addLocale() throws IOException {
        Path locale = Path.of("/usr/lib/locale/C.utf8");
        if (root.isDirectory(locale)) {
            new Trees(root, files).add(locale);
        }
    }

    /** Makes a link where the image has nothing, in the directory that the host's links lead to. */
    void link(Path path, Path target) throws IOException {
        Path at = inRealDirectory(path);
        if (!files.has(at) && !path.equals(target)) {
            files.makeLink(at, target);
        }
    }

    void make(Path path, String content) throws IOException {
        make(path, content.getBytes(StandardCharsets.UTF_8));
    }

    void make(Path path, byte[] content) throws IOException {
        files.makeFile(inRealDirectory(path), content);
    }

    private Path inRealDirectory(Path path) throws IOException {
        Path parent = HostRoot.parent(path);
        if (root.isDirectory(parent)) {
            parent = files.add(parent).orElse(parent);
        }
        return parent.resolve(HostRoot.name(path));
    }

    private static List<Path> paths(String... paths) {
        return List.of(paths).stream().map(Path::of).toList();
    }
}
