package dev.skiff.build.remote;

import dev.skiff.FetchException;
import dev.skiff.InterruptedOperationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The program git of this host, run so that a repository decides about nothing: no configuration, hook, filter, prompt,
 * credential or key of the host is used, and no other protocol than https, http, ssh and git is spoken.
 */
final class GitProgram {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final int MOST_OUTPUT = 16 << 20;
    private static final int SHOWN = 2000;
    private static final List<String> PASSED = List.of(
            "PATH",
            "http_proxy",
            "https_proxy",
            "HTTPS_PROXY",
            "no_proxy",
            "NO_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "GIT_SSL_CAINFO",
            "CURL_CA_BUNDLE");
    private static final List<String> SETTINGS = List.of(
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.autocrlf=false",
            "core.logAllRefUpdates=false",
            "advice.detachedHead=false",
            "gc.auto=0",
            "maintenance.auto=false",
            "credential.helper=",
            "transfer.bundleURI=false",
            "submodule.recurse=false",
            "init.defaultBranch=main");

    private final String program;
    private final Map<String, String> access;
    private final Path home;
    private final String address;
    private final String work;

    /**
     * @param access variables that let git have what the caller lends it
     * @param home an empty directory
     * @param address of the repository, as messages may show it
     * @param work what this is for, as messages begin with
     */
    GitProgram(Map<String, String> access, Path home, String address, String work) {
        this("git", access, home, address, work);
    }

    GitProgram(String program, Map<String, String> access, Path home, String address, String work) {
        this.program = program;
        this.access = Map.copyOf(access);
        this.home = home;
        this.address = address;
        this.work = work;
    }

    /** What a command came to. */
    record Result(int status, String output, String errors) {
        boolean succeeded() {
            return status == 0;
        }
    }

    /** Runs a command that has to succeed, and gives what it prints. */
    String run(Path directory, List<String> arguments) {
        Result result = tryRun(directory, arguments);
        if (!result.succeeded()) {
            throw failure(result);
        }
        return result.output();
    }

    FetchException failure(Result result) {
        String errors = result.errors().strip();
        return new FetchException(
                work + ": git exited with " + result.status() + ": "
                        + (errors.length() > SHOWN ? "..." + errors.substring(errors.length() - SHOWN) : errors),
                address,
                null);
    }

    Result tryRun(Path directory, List<String> arguments) {
        try {
            return await(start(directory, arguments));
        } catch (IOException e) {
            throw new FetchException(
                    work + ": the program git cannot be run, which fetches repositories; is it installed? ("
                            + e.getMessage() + ")",
                    address,
                    e);
        } catch (InterruptedException e) {
            throw new InterruptedOperationException(work, e);
        }
    }

    private Process start(Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program));
        SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(environment());
        // lest a repository that the store happens to lie in has a say
        environment.put("GIT_CEILING_DIRECTORIES", String.valueOf(directory.getParent()));
        return builder.start();
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>();
        for (String name : PASSED) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        environment.put("HOME", home.toString());
        environment.put("XDG_CONFIG_HOME", home.toString());
        environment.put("LC_ALL", "C");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_ATTR_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_ASKPASS", "/bin/false");
        environment.put("SSH_ASKPASS", "/bin/false");
        environment.put("GIT_ALLOW_PROTOCOL", "https:http:ssh:git");
        environment.put("GIT_PROTOCOL_FROM_USER", "0");
        environment.putAll(access);
        return environment;
    }

    private Result await(Process process) throws InterruptedException {
        CompletableFuture<String> output = collect(process.getInputStream(), "git output");
        CompletableFuture<String> errors = collect(process.getErrorStream(), "git errors");
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new FetchException(
                        work + ": git has not ended within " + LIMIT.toMinutes() + " minutes", address, null);
            }
            return new Result(process.exitValue(), text(output), text(errors));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** What was read, but for a process that git has left behind and that keeps the pipe open. */
    private String text(CompletableFuture<String> collected) throws InterruptedException {
        try {
            return collected.get(DRAIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new FetchException(work + ": what git says cannot be read: " + e.getMessage(), address, e);
        }
    }

    /** Reads to the end, lest the writer wait for us, and keeps no more than is of use. */
    private static CompletableFuture<String> collect(InputStream in, String name) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (in) {
                        byte[] kept = in.readNBytes(MOST_OUTPUT);
                        in.transferTo(OutputStream.nullOutputStream());
                        text.complete(new String(kept, StandardCharsets.UTF_8));
                    } catch (IOException | RuntimeException | Error e) {
                        text.completeExceptionally(e);
                    }
                },
                "skiff " + name);
        reader.setDaemon(true);
        reader.start();
        return text;
    }
}
