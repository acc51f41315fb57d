package dev.skiff.samples.hellonode;

import dev.skiff.BuildEvent;
import dev.skiff.Container;
import dev.skiff.Containers;
import dev.skiff.HostProgramException;
import dev.skiff.Image;
import dev.skiff.ImageNotFoundException;
import dev.skiff.Images;
import dev.skiff.PortTakenException;
import dev.skiff.Ready;
import dev.skiff.RegistryException;
import dev.skiff.Run;
import dev.skiff.SkiffException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Builds the Node.js application of a directory from its Dockerfile, runs it, and shows what it answers. */
public final class HelloNode {
    private static final String BASE = "node:18-alpine";
    private static final String TITLE = "org.opencontainers.image.title";
    private static final String MADE_HERE = "programs of the host that built it";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int HOST_PORT = 8080;
    private static final int APPLICATION_PORT = 3000;

    private HelloNode() {}

    /**
     * Runs the sample.
     *
     * @param args the application's directory; the current one if there is none
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path application = Path.of(args.length == 0 ? "" : args[0]).toAbsolutePath();
        try {
            provideBase();
            Image image = Images.build(application.resolve("Dockerfile"))
                    .tag("my-node-app:1.0")
                    .onEvent(HelloNode::show)
                    .await();
            System.out.println("built my-node-app:1.0, " + image.digest());
            try (Container app = start(image)) {
                URI address = URI.create("http://localhost:" + app.hostPort(APPLICATION_PORT));
                System.out.println("GET " + address);
                System.out.print(fetch(address));
            }
        } catch (SkiffException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** The store has it, or the registry, or it is made of this host's own node: whichever comes first. */
    private static void provideBase() {
        Optional<Image> stored = Images.find(BASE);
        if (stored.isPresent()) {
            System.out.println(BASE + ": from the store" + origin(stored.get()));
            return;
        }
        try {
            Images.pull(BASE).within(PATIENCE).await();
            System.out.println(BASE + ": from the registry");
        } catch (RegistryException | ImageNotFoundException e) {
            makeBase(e);
        }
    }

    private static String origin(Image image) {
        boolean here =
                MADE_HERE.equals(image.config().containerConfig().labels().get(TITLE));
        return here ? ", where an earlier run has put one made of this host's node" : "";
    }

    private static void makeBase(SkiffException why) {
        try {
            Images.fromHost("node", "npm", "sh", "env").tag(BASE).await();
            System.out.println(BASE + ": not the real one, but this host's own node, because " + why.getMessage());
        } catch (HostProgramException e) {
            throw new SkiffException(
                    "There is no " + BASE + " in the store, no registry to pull it from, and no node on this host"
                            + " to make one of: install Node.js with npm, or go online, and run this again.",
                    e);
        }
    }

    private static Container start(Image image) {
        Run app = Containers.run(image).readyWhen(Ready.http(APPLICATION_PORT, "/"));
        try {
            return app.publish(HOST_PORT, APPLICATION_PORT).start();
        } catch (PortTakenException e) {
            System.out.println("port " + HOST_PORT + " is taken; taking a free one");
            return app.publish(APPLICATION_PORT).start();
        }
    }

    private static String fetch(URI address) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** A line for each thing that happens, as it happens. */
    private static void show(BuildEvent event) {
        if (event instanceof BuildEvent.StepStarted started) {
            System.out.printf("[%d/%d] %s%n", started.step(), started.total(), started.instruction());
        } else if (event instanceof BuildEvent.StepCached cached) {
            System.out.printf("[%d] cached%n", cached.step());
        } else if (event instanceof BuildEvent.StepOutput output) {
            System.out.printf("[%d]   %s%n", output.step(), output.text());
        } else if (event instanceof BuildEvent.StepFinished finished) {
            System.out.printf(
                    "[%d] done in %d ms%n", finished.step(), finished.duration().toMillis());
        }
    }
}
