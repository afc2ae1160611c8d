package org.chatbridge.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.chatbridge.program.HostPort;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for each partition one instance after the other until one answers, the active one first, for all partitions at once.
 * Where it may help it asks again, until the time is over. No thread waits.
 *
 * @param <A> an answer
 */
final class Gathering<A> {
    private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);

    static final Duration BUDGET = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /** With less time left a peer is not asked: it would be blamed for being late. */
    private static final Duration LEAST = Duration.ofMillis(150);

    /** Asks an instance for partitions; this one too, which answers by itself. Fails where it does not answer. */
    @FunctionalInterface
    interface Asking<A> {
        /**
         * Asks.
         *
         * @param left how much time is left for all
         */
        CompletableFuture<Reply<A>> ask(HostPort host, Set<Integer> partitions, Duration left);
    }

    private final HostPort self;
    private final boolean mayChangeSoon;
    private final Predicate<HostPort> leftAlone;
    private final Asking<A> asking;
    private final Executor executor;
    private final LongSupplier nanos;
    private final long endNanos;

    /**
     * @param mayChangeSoon whether it may help to ask again
     * @param leftAlone whom to ask only where nobody else answers
     * @param executor where it goes on after an answer
     * @param nanos a clock that never goes back, in nanoseconds
     */
    Gathering(
            HostPort self,
            boolean mayChangeSoon,
            Predicate<HostPort> leftAlone,
            Asking<A> asking,
            Executor executor,
            LongSupplier nanos) {
        this.self = self;
        this.mayChangeSoon = mayChangeSoon;
        this.leftAlone = leftAlone;
        this.asking = asking;
        this.executor = executor;
        this.nanos = nanos;
        this.endNanos = nanos.getAsLong() + BUDGET.toNanos();
    }

    /**
     * Begins.
     *
     * @param where tells anew where the partitions are each time it is asked
     * @return fails with {@link StoreReader.UnavailableException} where nobody knew
     */
    CompletableFuture<Gathered<A>> from(Supplier<List<Copies>> where) {
        List<Copies> parts;
        try {
            parts = where.get();
        } catch (StoreReader.UnavailableException e) {
            return left().compareTo(LEAST) < 0
                    ? CompletableFuture.failedFuture(e)
                    : CompletableFuture.supplyAsync(() -> where, pause()).thenCompose(this::from);
        }
        return ask(parts, Set.of()).thenCompose(gathered -> {
            if (gathered.missing().isEmpty() || !gathered.passing() || !mayChangeSoon || left().compareTo(LEAST) < 0) {
                return CompletableFuture.completedFuture(gathered);
            }
            Set<Integer> missing = gathered.missing().keySet();
            Gathered<A> had = gathered.withoutMissing();
            return CompletableFuture.supplyAsync(() -> missing, pause())
                    .thenCompose(again -> from(() -> where.get().stream()
                            .filter(copies -> again.contains(copies.partition()))
                            .toList()))
                    .thenApply(had::and);
        });
    }

    private CompletableFuture<Gathered<A>> ask(List<Copies> parts, Set<HostPort> asked) {
        Map<HostPort, List<Copies>> byHost = new LinkedHashMap<>();
        Gathered<A> nobody = Gathered.nothing();
        for (Copies part : parts) {
            HostPort next = next(part, asked);
            if (next == null) {
                nobody = nobody.and(Gathered.missing(part));
            } else {
                byHost.computeIfAbsent(next, any -> new ArrayList<>()).add(part);
            }
        }
        CompletableFuture<Gathered<A>> all = CompletableFuture.completedFuture(nobody);
        List<Copies> own = byHost.remove(self);
        for (Map.Entry<HostPort, List<Copies>> peer : byHost.entrySet()) {
            all = all.thenCombine(ask(peer.getKey(), peer.getValue(), asked), Gathered::and);
        }
        // Last, for this thread answers it itself.
        return own == null ? all : all.thenCombine(ask(self, own, asked), Gathered::and);
    }

    private CompletableFuture<Gathered<A>> ask(HostPort host, List<Copies> parts, Set<HostPort> before) {
        Set<Integer> partitions = new TreeSet<>();
        parts.forEach(part -> partitions.add(part.partition()));
        Set<HostPort> asked = new HashSet<>(before);
        asked.add(host);
        CompletableFuture<Reply<A>> reply = asking.ask(host, partitions, left()).exceptionally(failure -> {
            if (host.equals(self)) { // of others it is known that they come and go
                LOG.error("what this instance keeps of partitions {} cannot be told", partitions, failure);
            }
            return new Reply.Refused<>(false, null);
        });
        if (host.equals(self) && parts.stream().noneMatch(part -> part.isAt(self))) {
            // That this instance does not have it is as it should be, and will not change.
            reply = reply.thenApply(own -> own instanceof Reply.Refused<A> ? new Reply.Refused<>(false, null) : own);
        }
        return reply.isDone()
                ? goOn(reply.join(), parts, asked)
                : reply.thenComposeAsync(late -> goOn(late, parts, asked), executor);
    }

    private CompletableFuture<Gathered<A>> goOn(Reply<A> reply, List<Copies> parts, Set<HostPort> asked) {
        if (reply instanceof Reply.Given<A> given) {
            Gathered<A> answer = Gathered.answer(given.answer());
            List<Copies> rest = parts.stream()
                    .filter(part -> !given.partitions().contains(part.partition()))
                    .toList();
            return rest.isEmpty()
                    ? CompletableFuture.completedFuture(answer)
                    : ask(rest, asked).thenApply(others -> answer.and(others.because(new Reply.Refused<>(true, null))));
        }
        Reply.Refused<A> refused = (Reply.Refused<A>) reply;
        return ask(parts, asked).thenApply(others -> others.because(refused));
    }

    /** Who was left alone is asked where nobody else is left. */
    private @Nullable HostPort next(Copies part, Set<HostPort> asked) {
        if (asked.isEmpty() && self.equals(part.active())) {
            return self;
        }
        boolean timeForPeers = left().compareTo(LEAST) >= 0;
        return part.candidates(self).stream()
                .filter(host -> !asked.contains(host))
                .filter(host -> timeForPeers || host.equals(self))
                .min(Comparator.comparing(host -> !host.equals(self) && leftAlone.test(host)))
                .orElse(null);
    }

    private Duration left() {
        return Duration.ofNanos(endNanos - nanos.getAsLong());
    }

    private Executor pause() {
        return CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, executor);
    }
}
