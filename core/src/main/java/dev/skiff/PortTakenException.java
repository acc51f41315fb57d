package dev.skiff;

/** Something else on this host listens at a port that was to be published. Found out before anything is started. */
public final class PortTakenException extends StartException {
    private static final long serialVersionUID = 1L;

    private final String address;
    private final int port;

    /**
     * @param container as a person would name it: {@code container web (7f3a)}
     * @param address of the host, such as {@code 127.0.0.1}
     */
    public PortTakenException(String container, String address, int port, Throwable cause) {
        super(
                container + ": publish " + address + ":" + port
                        + ": something else listens there; name another port, or none for one that is free",
                cause);
        this.address = address;
        this.port = port;
    }

    /** The address of the host that was to be listened at. */
    public String address() {
        return address;
    }

    /** The port of the host that is taken. */
    public int port() {
        return port;
    }
}
