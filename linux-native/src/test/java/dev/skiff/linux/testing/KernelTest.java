package dev.skiff.linux.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that asks the kernel for containers, agents or namespaces: as root, or as an ordinary user in a user namespace.
 * Where that cannot be had it is skipped and says why; with {@code CI=true} in the environment it fails instead.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("kernel")
@ExtendWith(KernelCondition.class)
public @interface KernelTest {
    /** Programs of this host that it needs, by path: {@code /bin/busybox}. */
    String[] programs() default {};

    /** Device nodes of this host that it opens: {@code /dev/net/tun}. */
    String[] devices() default {};

    /** Whether it needs root itself, and not only root of a user namespace. */
    boolean root() default false;
}
