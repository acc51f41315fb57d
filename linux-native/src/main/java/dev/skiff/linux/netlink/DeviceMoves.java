package dev.skiff.linux.netlink;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.netlink.RouteAgent.Side;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves network devices of the host to a container, each with its addresses, and sets them up (runtime-spec 1.3, config-linux.md,
 * "Network Devices"). They stay when the container ends: the kernel gives those of hardware back to the host, and removes the others.
 */
public final class DeviceMoves implements AutoCloseable {
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFF_UP = 1;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;

    private final RouteAgent agent;

    /**
     * @param root is in the host's network
     * @param container a pidfd of its first process
     */
    public DeviceMoves(RootAgent root, Descriptor container) {
        this.agent = new RouteAgent(root.forkAgent(RouteAgent.MEMORY), container);
    }

    /**
     * Moves them.
     *
     * @param names what they are called on the host, and are to be in the container
     */
    public void run(Map<String, String> names) {
        Map<String, Integer> devices = devices(Side.HOST);
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
        names.forEach((name, inside) -> {
            int index = Objects.requireNonNull(devices.get(name));
            move(
                    name,
                    index,
                    inside,
                    addresses.stream().filter(each -> each.lastsAt(index)).toList());
        });
    }

    private void move(String name, int index, String inside, List<RouteMessage> addresses) {
        String what = "move the network device " + name + (name.equals(inside) ? "" : " as " + inside);
        Map<String, Integer> before = devices(Side.CONTAINER);
        Map<Integer, byte[]> attributes = new LinkedHashMap<>();
        attributes.put(IFLA_IFNAME, RouteMessage.text(inside));
        attributes.put(IFLA_NET_NS_FD, RouteMessage.number(agent.network()));
        agent.ask(
                Side.HOST,
                RouteMessage.change(index, 0, attributes),
                what,
                "EPERM: that takes root's CAP_NET_ADMIN on the host; EEXIST: the container has one of that name;"
                        + " EINVAL: a device such as lo stays where it is");
        int moved = theNewOne(what, before);
        for (RouteMessage address : addresses) {
            RouteMessage same = address.with(List.of(IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST));
            agent.ask(Side.CONTAINER, same.addressOf(moved), what + " with its addresses", "is IPv6 off there?");
        }
        agent.ask(Side.CONTAINER, RouteMessage.change(moved, IFF_UP, Map.of()), what + " and set it up", "");
    }

    /** Its number may be another there, and its name the kernel's choice. */
    private int theNewOne(String what, Map<String, Integer> before) {
        Map<String, Integer> after = devices(Side.CONTAINER);
        after.keySet().removeAll(before.keySet());
        return after.values().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(what + ": it has gone from the container's network"));
    }

    private Map<String, Integer> devices(Side side) {
        Map<String, Integer> all = new LinkedHashMap<>();
        agent.ask(side, RouteMessage.dump(RouteMessage.GET_LINK), "look at network devices", "").stream()
                .filter(device -> device.attributes().containsKey(IFLA_IFNAME))
                .forEach(device -> all.put(name(device), device.index()));
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
