package dev.skiff.linux;

/** A container did not get its {@link Uplink}. */
public final class UplinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UplinkException(Uplink uplink, String problem) {
        super(message(uplink, problem));
    }

    UplinkException(Uplink uplink, Throwable cause) {
        super(message(uplink, String.valueOf(cause.getMessage())), cause);
    }

    private static String message(Uplink uplink, String problem) {
        return "connect the container's network to the host's with " + uplink.program() + ": " + problem;
    }
}
