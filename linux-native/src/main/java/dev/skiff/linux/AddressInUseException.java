package dev.skiff.linux;

import java.net.InetSocketAddress;

/** Somebody else listens at that address of this host already. */
public final class AddressInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final InetSocketAddress address;

    public AddressInUseException(InetSocketAddress address, SyscallException cause) {
        super(address.getAddress().getHostAddress() + ":" + address.getPort() + " is taken", cause);
        this.address = address;
    }

    /** The address that was asked for. */
    public InetSocketAddress address() {
        return address;
    }
}
