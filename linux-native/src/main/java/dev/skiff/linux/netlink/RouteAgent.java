package dev.skiff.linux.netlink;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** An agent that asks for the network of the host and for that of a container. */
final class RouteAgent implements AutoCloseable {
    /** What it takes of memory. */
    static final long MEMORY = Program.CODE_BYTES + 256 * 1024L;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 02000000;
    private static final int NETLINK_ROUTE = 0;
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;
    private static final int BUFFER_BYTES = 64 * 1024; // more than the kernel says at once
    private static final int PIDFD = 2;

    private final Agent agent;
    private final Map<Side, Integer> networks = new EnumMap<>(Side.class);

    /** Whose network is meant. */
    enum Side {
        HOST,
        CONTAINER
    }

    /** A program of this agent: they have the same registers, one after the other. */
    private static final class Lines {
        final Program program = new Program();
        final Register host = program.register("socket in the host's network");
        final Register inside = program.register("socket in the container's network");
        final Register container = program.register("container's pidfd");
        final Register network = program.register("network");
        final Register length = program.register("length");

        Lines(String purpose, String remedy) {
            program.purpose(purpose, remedy);
        }

        Register socket(Side side) {
            return side == Side.HOST ? host : inside;
        }

        void open(Side side) {
            program.call(
                            "socket",
                            Arg.named("AF_NETLINK", AF_NETLINK),
                            Arg.named("SOCK_RAW|SOCK_CLOEXEC", SOCK_RAW_CLOEXEC),
                            Arg.named("NETLINK_ROUTE", NETLINK_ROUTE))
                    .into(socket(side));
        }

        /** The network that the agent is in, as a descriptor that is kept. */
        Arg.Address keepNetwork() {
            program.call(
                            "openat",
                            Arg.named("AT_FDCWD", AT_FDCWD),
                            program.string("/proc/thread-self/ns/net"),
                            Arg.named("O_RDONLY|O_CLOEXEC", O_CLOEXEC))
                    .into(network);
            Arg.Address number = program.words("number", 0);
            program.store(network, number, 4);
            return number;
        }
    }

    /**
     * Has an agent that is in the host's network go to the container's.
     *
     * @param agent is closed with this
     * @param container a pidfd of its first process
     */
    RouteAgent(Agent agent, Descriptor container) {
        this.agent = agent;
        Lines lines = new Lines("enter the container's network", "");
        Program program = lines.program;
        lines.open(Side.HOST);
        Arg.Address host = lines.keepNetwork();
        program.call("setns", lines.container, Arg.named("CLONE_NEWNET", CLONE_NEWNET));
        lines.open(Side.CONTAINER);
        Arg.Address inside = lines.keepNetwork();
        agent.run(program, PIDFD, container);
        networks.put(Side.HOST, agent.memory().getInt(at(host)));
        networks.put(Side.CONTAINER, agent.memory().getInt(at(inside)));
    }

    private static int at(Arg.Address address) {
        return (int) (address.value() - Program.ARENA);
    }

    /** That network, as a descriptor of the agent's. */
    int network(Side side) {
        return networks.getOrDefault(side, -1);
    }

    /**
     * Asks, and hears the kernel out.
     *
     * @throws SyscallException if it answers with an error
     */
    List<RouteMessage> ask(Side side, RouteMessage question, String purpose, String remedy) {
        Lines lines = new Lines(purpose, remedy);
        byte[] bytes = question.encode();
        lines.program.call(
                "write",
                lines.socket(side),
                lines.program.bytes(bytes, "message " + question.type()),
                Arg.of(bytes.length));
        agent.run(lines.program);
        List<RouteMessage> all = new ArrayList<>();
        while (true) {
            for (RouteMessage answer : RouteMessage.parse(hear(side, purpose))) {
                if (answer.type() == RouteMessage.DONE) {
                    return all;
                }
                if (answer.type() == RouteMessage.ERROR) {
                    check(answer.word(0), question, purpose, remedy);
                    return all;
                }
                all.add(answer);
            }
        }
    }

    /** An error of 0 is the answer that it is done. */
    private static void check(int error, RouteMessage question, String purpose, String remedy) {
        if (error != 0) {
            throw new SyscallException(
                    "rtnetlink", "message " + question.type(), Errno.nameOf(-error), purpose, remedy);
        }
    }

    private byte[] hear(Side side, String purpose) {
        Lines lines = new Lines(purpose, "");
        Arg.Address length = lines.program.words("length", 0);
        Arg.Address answer = lines.program.reserve(BUFFER_BYTES, "answer");
        lines.program
                .call("recvfrom", lines.socket(side), answer, Arg.of(BUFFER_BYTES), Arg.none(), Arg.none(), Arg.none())
                .into(lines.length);
        lines.program.store(lines.length, length, 8);
        agent.run(lines.program);
        byte[] heard = new byte[(int) agent.memory().getLong(at(length))];
        agent.memory().get(at(answer), heard);
        return heard;
    }

    @Override
    public void close() {
        agent.close();
    }
}
