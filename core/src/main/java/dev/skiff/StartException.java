package dev.skiff;

import org.jspecify.annotations.Nullable;

/**
 * A container could not be started. Nothing of it is left: no process, no mount, no directory. The subclasses are the
 * reasons that a program can do something about.
 */
public class StartException extends SkiffException {
    private static final long serialVersionUID = 1L;

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
