package dev.skiff.run;

import dev.skiff.HostCheck;
import dev.skiff.Isolation;
import dev.skiff.Isolation.Aspect;
import dev.skiff.Outbound;
import dev.skiff.Sharing;
import dev.skiff.StartException;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.Uplink;
import dev.skiff.linux.UplinkException;
import dev.skiff.linux.UplinkSearch;
import dev.skiff.oci.runtime.NamespaceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which network a container gets, and its way out of it.
 *
 * @param usesHost whether it is the host's
 * @param uplink what leads out of its own
 * @param missing why nothing does, though something should; and what would help
 */
record NetworkChoice(boolean usesHost, Optional<Uplink> uplink, Optional<UplinkSearch> missing) {
    private static final String WAY_OUT = "way out";
    private static final NetworkChoice HOST = new NetworkChoice(true, Optional.empty(), Optional.empty());
    private static final NetworkChoice ALONE = new NetworkChoice(false, Optional.empty(), Optional.empty());

    /** @throws StartException if a way out is required, and there is none */
    static NetworkChoice of(String who, RunPlan plan, LinuxHost kernel) {
        Sharing shared = plan.privileges().shared().get(NamespaceType.NETWORK);
        Outbound outbound = plan.outbound();
        if (shared != null) {
            if (outbound.isRequired()) {
                throw new StartException(
                        who + ": it uses the network of " + shared + ", so it has no way out of its own", null);
            }
            return shared instanceof Sharing.Host ? HOST : ALONE;
        }
        if (outbound.isNone() || !(kernel.rootless() || outbound.isRequired())) {
            return plan.hostNetwork() ? HOST : ALONE;
        }
        UplinkSearch search = UplinkSearch.run();
        if (search.uplink().isEmpty() && outbound.isRequired()) {
            throw new StartException(
                    who + ": it has no way out of its network: " + search.found() + "; " + search.remedy(), null);
        }
        if (search.uplink().isEmpty()) {
            return plan.hostNetwork() ? HOST : new NetworkChoice(false, Optional.empty(), Optional.of(search));
        }
        return new NetworkChoice(false, Optional.of(as(search.uplink().get(), outbound)), Optional.empty());
    }

    private static Uplink as(Uplink found, Outbound outbound) {
        Uplink uplink = outbound.isReachingHost() ? found.reachingHost() : found;
        return outbound.isRequired() ? uplink.asRequired() : uplink;
    }

    /** Whether it gets to the host's loopback interface. */
    boolean reachesHost() {
        return uplink.filter(Uplink::reachesHost).isPresent();
    }

    /** A report with one aspect more. */
    Isolation addTo(Isolation isolation, LinuxContainer container) {
        List<Aspect> aspects = new ArrayList<>(isolation.aspects());
        wayOut(container.uplinkFailure()).ifPresent(aspects::add);
        return new Isolation(aspects);
    }

    private Optional<Aspect> wayOut(Optional<UplinkException> failure) {
        if (failure.isPresent()) {
            return Optional.of(new Aspect(
                    WAY_OUT,
                    false,
                    "none: " + failure.get().getMessage(),
                    "see what that program says, or ask for none: outbound(Outbound.none())"));
        }
        if (missing.isPresent()) {
            return Optional.of(new Aspect(
                    WAY_OUT,
                    false,
                    "none: " + missing.get().found(),
                    missing.get().remedy()));
        }
        if (reachesHost()) {
            return Optional.of(new Aspect(
                    WAY_OUT,
                    false,
                    "through " + uplink.orElseThrow().program() + ", to this host's loopback interface as well",
                    "leave out reachingHost()"));
        }
        return usesHost
                ? Optional.empty()
                : Optional.of(new Aspect(
                        WAY_OUT,
                        true,
                        uplink.map(found ->
                                        "through " + found.program() + ", but not to this host's loopback interface")
                                .orElse("none"),
                        ""));
    }

    /** What this host offers an ordinary user. */
    static HostCheck check() {
        UplinkSearch search = UplinkSearch.run();
        return new HostCheck(
                "way out of a container's network",
                search.uplink().isPresent() ? HostCheck.Result.GOOD : HostCheck.Result.REDUCED,
                search.found(),
                search.remedy());
    }
}
