package dev.skiff.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves the repositories below a directory on loopback, by the git protocol; each connection is a {@code git daemon} of its own. */
final class GitServer implements AutoCloseable {
    private final Path root;
    private final ServerSocket socket;
    private final AtomicInteger connections = new AtomicInteger();

    GitServer(Path root) throws IOException {
        this.root = root;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "git server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                connections.incrementAndGet();
                start(() -> serve(client));
            }
        } catch (IOException closed) {
            // that is how it ends
        }
    }

    private void serve(Socket client) {
        try (client) {
            Process daemon = new ProcessBuilder(
                            "git", "daemon", "--inetd", "--export-all", "--base-path=" + root, root.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            start(() -> {
                copy(client, daemon);
            });
            try (InputStream out = daemon.getInputStream()) {
                out.transferTo(client.getOutputStream());
            }
            daemon.destroy();
        } catch (IOException broken) {
            // the client sees it
        }
    }

    private static void copy(Socket client, Process daemon) {
        try (OutputStream in = daemon.getOutputStream()) {
            byte[] buffer = new byte[1 << 16];
            InputStream from = client.getInputStream();
            for (int got = from.read(buffer); got >= 0; got = from.read(buffer)) {
                in.write(buffer, 0, got);
                in.flush();
            }
        } catch (IOException broken) {
            // the daemon has ended
        }
    }

    String url(String repository) {
        return "git://127.0.0.1:" + socket.getLocalPort() + "/" + repository;
    }

    /** How many connections there have been since the last time this was asked. */
    int connections() {
        return connections.getAndSet(0);
    }

    /** Runs git in a directory, and gives what it prints. */
    static String git(Path directory, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                "git",
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "init.defaultBranch=main",
                "-c",
                "commit.gpgSign=false"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
            Map<String, String> environment = builder.environment();
            environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
            environment.put("GIT_CONFIG_NOSYSTEM", "1");
            environment.put("GIT_COMMITTER_DATE", "2020-02-02T02:02:02Z");
            Process git = builder.start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!git.waitFor(60, TimeUnit.SECONDS) || git.exitValue() != 0) {
                throw new AssertionError(command + ": " + said);
            }
            return said.strip();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes a repository to work in; what is committed there is served at once. */
    Path repository(String name) throws IOException {
        Path directory = Files.createDirectories(root.resolve(name));
        git(directory, "init", "-q");
        return directory;
    }

    static String commit(Path repository, String file, String content) throws IOException {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
        git(repository, "add", "-A");
        git(repository, "commit", "-q", "-m", "change " + file);
        return git(repository, "rev-parse", "HEAD");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
