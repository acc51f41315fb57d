package dev.skiff.linux.netlink;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.netlink.RouteAgent.Side;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves network devices of the host to a container, each with its addresses, and sets them up (runtime-spec 1.3, config-linux.md,
 * "Network Devices"): all or none. They stay when the container ends: the kernel gives those of hardware back to the host, and
 * removes the others.
 */
public final class DeviceMoves implements AutoCloseable {
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;

    private static final System.Logger LOG = System.getLogger(DeviceMoves.class.getName());

    private final RouteAgent agent;
    private final Deque<Moved> moved = new ArrayDeque<>();

    /**
     * A device that is in the container.
     *
     * @param name on the host
     * @param index in the container
     * @param up whether it was, on the host
     */
    private record Moved(String name, int index, boolean up, List<RouteMessage> addresses) {}

    /**
     * @param root is in the host's network
     * @param container a pidfd of its first process
     */
    public DeviceMoves(RootAgent root, Descriptor container) {
        this.agent = new RouteAgent(root.forkAgent(RouteAgent.MEMORY), container);
    }

    /**
     * Moves them. When one of them cannot be moved, those that had been are given back, with their addresses.
     *
     * @param names what they are called on the host, and are to be in the container
     * @throws SyscallException if one of them is not there or cannot be moved
     */
    public void run(Map<String, String> names) {
        Map<String, RouteMessage> devices = devices(Side.HOST);
        for (String name : names.keySet()) {
            if (!devices.containsKey(name)) {
                throw new SyscallException(
                        "rtnetlink",
                        name,
                        "ENODEV",
                        "move the network device " + name,
                        "the host has none of that name");
            }
        }
        List<RouteMessage> addresses =
                agent.ask(Side.HOST, RouteMessage.dump(RouteMessage.GET_ADDRESS), "look at addresses", "");
        try {
            names.forEach((name, inside) -> {
                RouteMessage device = Objects.requireNonNull(devices.get(name));
                int index = device.index();
                move(
                        name,
                        device,
                        inside,
                        addresses.stream().filter(each -> each.lastsAt(index)).toList());
            });
        } catch (RuntimeException e) {
            giveBack();
            throw e;
        }
    }

    private void move(String name, RouteMessage device, String inside, List<RouteMessage> addresses) {
        String what = "move the network device " + name + (name.equals(inside) ? "" : " as " + inside);
        Map<String, RouteMessage> before = devices(Side.CONTAINER);
        agent.ask(
                Side.HOST,
                change(device.index(), inside, Side.CONTAINER),
                what,
                "EPERM: that takes root's CAP_NET_ADMIN on the host; EEXIST: the container has one of that name;"
                        + " EINVAL: a device such as lo stays where it is");
        int index = theNewOne(Side.CONTAINER, what, before);
        moved.push(new Moved(name, index, device.isUp(), addresses));
        giveAddresses(Side.CONTAINER, index, addresses, what);
        setUp(Side.CONTAINER, index, what);
    }

    private RouteMessage change(int index, String name, Side to) {
        Map<Integer, byte[]> attributes = new LinkedHashMap<>();
        attributes.put(IFLA_IFNAME, RouteMessage.text(name));
        attributes.put(IFLA_NET_NS_FD, RouteMessage.number(agent.network(to)));
        return RouteMessage.change(index, 0, attributes);
    }

    private void giveAddresses(Side side, int index, List<RouteMessage> addresses, String what) {
        for (RouteMessage address : addresses) {
            RouteMessage same = address.with(List.of(IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST));
            agent.ask(side, same.addressOf(index), what + " with its addresses", "is IPv6 off there?");
        }
    }

    private void setUp(Side side, int index, String what) {
        agent.ask(side, RouteMessage.change(index, RouteMessage.IFF_UP, Map.of()), what + " and set it up", "");
    }

    /** With the container, the kernel would remove those that are not of hardware. */
    private void giveBack() {
        while (!moved.isEmpty()) {
            Moved device = moved.pop();
            String what = "give the network device " + device.name() + " back to the host";
            try {
                Map<String, RouteMessage> before = devices(Side.HOST);
                agent.ask(Side.CONTAINER, change(device.index(), device.name(), Side.HOST), what, "");
                int index = theNewOne(Side.HOST, what, before);
                giveAddresses(Side.HOST, index, device.addresses(), what);
                if (device.up()) {
                    setUp(Side.HOST, index, what);
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "could not " + what, e);
            }
        }
    }

    /** Its number may be another there, and its name the kernel's choice. */
    private int theNewOne(Side side, String what, Map<String, RouteMessage> before) {
        Map<String, RouteMessage> after = devices(side);
        after.keySet().removeAll(before.keySet());
        return after.values().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(what + ": it has gone from there"))
                .index();
    }

    private Map<String, RouteMessage> devices(Side side) {
        Map<String, RouteMessage> all = new LinkedHashMap<>();
        agent.ask(side, RouteMessage.dump(RouteMessage.GET_LINK), "look at network devices", "").stream()
                .filter(device -> device.attributes().containsKey(IFLA_IFNAME))
                .forEach(device -> all.put(name(device), device));
        return all;
    }

    private static String name(RouteMessage device) {
        byte[] name = Objects.requireNonNull(device.attributes().get(IFLA_IFNAME));
        return new String(name, 0, name.length - 1, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        agent.close();
    }
}
