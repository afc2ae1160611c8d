package org.chatbridge.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.chatbridge.program.HostPort;

/**
 * Keeps an instance that did not say how it is reached from sharing the work with others: they would ask it in vain. What
 * looks like another may be this one as it was before it crashed, and is gone when its session has timed out: a broker that
 * was away gives every session its time anew.
 */
final class OtherMembers implements StartGate.Check {
    private static final Pattern ANY_ADDRESS = Pattern.compile("[0:.]+|\\*");

    private final StartGate.Check before;
    private final Asking members;
    private final String applicationId;
    private final Duration patience;
    private final LongSupplier nanos;
    private boolean isMet;
    private long metNanos;

    /** Asks Kafka for the members of the group; empty where there are none. */
    @FunctionalInterface
    interface Asking {
        List<String> members() throws InterruptedException, ExecutionException, TimeoutException;
    }

    /** Other instances would not reach this one; the message says what to set. */
    static final class UnreachableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnreachableException(String message) {
            super(message);
        }
    }

    /**
     * @param before what must be there first
     * @param patience how long, while Kafka answers, a member may be this instance's own former self
     * @param nanos a clock that never goes back, in nanoseconds
     */
    OtherMembers(StartGate.Check before, Asking members, String applicationId, Duration patience, LongSupplier nanos) {
        this.before = before;
        this.members = members;
        this.applicationId = applicationId;
        this.patience = patience;
        this.nanos = nanos;
    }

    /** @throws UnreachableException where it would listen everywhere, and so say nothing of where it is */
    static void refuseAnyAddress(HostPort listen) {
        if (ANY_ADDRESS.matcher(listen.host()).matches()) {
            throw new UnreachableException(ViewsKeys.APPLICATION_SERVER + ": required where " + ViewsKeys.HTTP_LISTEN
                    + "="
                    + listen + ", which is no address that others can reach; set it to this instance's host:port as"
                    + " other instances reach it, such as views-1:8080");
        }
    }

    /** As Kafka tells it, by who is connected from where. */
    static Asking ofKafka(Map<String, Object> adminSettings, String applicationId, Duration answerWithin) {
        return () -> {
            try (Admin admin = Admin.create(adminSettings)) {
                ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(applicationId))
                        .all()
                        .get(answerWithin.toMillis(), TimeUnit.MILLISECONDS)
                        .get(applicationId);
                return group == null
                        ? List.of()
                        : group.members().stream()
                                .map(member -> member.clientId() + " at " + member.host())
                                .toList();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof GroupIdNotFoundException) {
                    return List.of();
                }
                throw e;
            }
        };
    }

    @Override
    public List<String> missing() throws InterruptedException {
        List<String> missing = new ArrayList<>(before.missing());
        if (!missing.isEmpty()) {
            isMet = false;
            return missing;
        }
        try {
            List<String> others = members.members();
            if (others.isEmpty()) {
                return missing;
            }
            String found = ViewsKeys.APPLICATION_ID + "=" + applicationId + " has other members already ("
                    + others.get(0) + (others.size() > 1 ? ", and " + (others.size() - 1) + " more" : "") + ")";
            if (!isMet) {
                isMet = true;
                metNanos = nanos.getAsLong();
            } else if (nanos.getAsLong() - metNanos >= patience.toNanos()) {
                throw new UnreachableException(ViewsKeys.APPLICATION_SERVER + ": required where there are other"
                        + " instances: " + found + "; set it on each to its own host:port as the others reach it");
            }
            missing.add(found + "; " + ViewsKeys.APPLICATION_SERVER + " is not set, so this one starts only if they are"
                    + " gone within " + patience.toSeconds() + " s, as after a crash");
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            isMet = false;
            missing.add(ViewsKeys.BOOTSTRAP_SERVERS + ": Kafka does not tell who shares the work of " + applicationId
                    + " (" + e.getMessage() + ")");
        }
        return missing;
    }
}
