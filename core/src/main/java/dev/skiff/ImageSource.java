package dev.skiff;

/**
 * What a container can be run from: an {@link Image}, or a description of how to come by one, which is carried out when the
 * container is started.
 *
 * <pre>{@code
 * Containers.run(Images.build(Path.of("Dockerfile"))).publish(8080, 3000).start();
 * }</pre>
 */
public sealed interface ImageSource permits Image, ImageBuild, ImageFromHost, ImagePull, NamedImage {}
