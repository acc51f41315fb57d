package dev.skiff.samples.runtime;

import dev.skiff.linux.OciFeatures;
import dev.skiff.oci.Json;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Tells what the runtime can do. */
@Command(name = "features", description = "Prints what this runtime can do as JSON.")
final class FeaturesCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.println(new String(Json.write(OciFeatures.ofThisHost()), StandardCharsets.UTF_8));
        return 0;
    }
}
