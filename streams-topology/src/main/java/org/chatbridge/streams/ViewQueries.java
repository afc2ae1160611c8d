package org.chatbridge.streams;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about one view, whichever instances keep what they are about. A question with the mark of {@link Hop} is
 * answered with what is here; any other by asking with that mark who has the rest. No thread waits.
 */
final class ViewQueries<S extends SpecificRecord, R extends SpecificRecord> {
    /** What another instance has for an answer; much more than it needs. */
    private static final Duration PEER_ANSWERS_WITHIN = Duration.ofMillis(700);
    /** How long one instance is to wait for a position before the next is asked. */
    private static final Duration TURN = Duration.ofSeconds(1);

    private static final int NOT_FOUND = 404;
    private static final int MISDIRECTED = 421;
    private static final int UNAVAILABLE = 503;

    /** What an instance says of a row: there it is, there is none, that is no question, and that one is too long. */
    private static final Set<Integer> OF_INSTANCES = Set.of(200, NOT_FOUND, 400, 414);

    private final ViewResource<S, R> here;
    private final Supplier<Locator> locators;
    private final Peers peers;
    private final Predicate<String> told;
    private final Executor executor;
    private final Executor scans;
    private final LongSupplier nanos;
    private final ListAnswer lists;

    /**
     * @param told whether there is a row under a key somewhere, by what all instances told a moment ago; asked where there is none in the
     *     partition of the key
     * @param locators throws {@link StoreReader.UnavailableException} while nobody knows where anything is
     * @param executor where it goes on after others have answered
     * @param scans where lists are made, which may look at every row: the threads of the server are few, and answer all else, too
     * @param nanos a clock that never goes back, in nanoseconds
     */
    ViewQueries(
            ViewResource<S, R> here,
            Supplier<Locator> locators,
            Peers peers,
            Predicate<String> told,
            Executor executor,
            Executor scans,
            LongSupplier nanos) {
        this.told = told;
        this.here = here;
        this.locators = locators;
        this.peers = peers;
        this.executor = executor;
        this.scans = scans;
        this.nanos = nanos;
        this.lists = new ListAnswer(here.view().name());
    }

    View<S, R> view() {
        return here.view();
    }

    /**
     * The row of a key.
     *
     * @throws HttpProblem 400 where a parameter is wrong, 503 where nothing can be answered yet
     */
    CompletionStage<Response> one(Request request, String key) {
        return of(request, key, "", here::one);
    }

    /**
     * What the row of a key was.
     *
     * @throws HttpProblem 400 where a parameter is wrong, 503 where nothing can be answered yet
     */
    CompletionStage<Response> history(Request request, String key) {
        Stretch stretch = Stretch.of(request, here.now());
        return of(
                request,
                key,
                Stretch.PATH,
                (partitions, of, demands) -> here.history(partitions, of, stretch, demands));
    }

    private interface OfKey {
        Reply<Response> answer(Set<Integer> partitions, String key, Demands demands);
    }

    private CompletionStage<Response> of(Request request, String key, String path, OfKey local) {
        Demands demands = Demands.of(request, here.topics(), here.now(), here.remembered());
        Optional<Hop> hop = Hop.of(request);
        if (hop.isPresent()) {
            return arrived(hop.get().partitions(), demands, hop.get().waiting())
                    .thenApply(
                            any -> peers.marked(response(local.answer(hop.get().partitions(), key, demands))));
        }
        Locator locator = locator();
        String name = here.view().name();
        Function<Supplier<List<Copies>>, CompletionStage<Response>> ask = where -> {
            Gathering<Response> gathering = gathering(
                    locator,
                    partitions -> local.answer(partitions, key, demands),
                    Runnable::run,
                    (answer, partitions) -> outcome(answer, partitions, demands),
                    () -> "/v1/" + name + "/" + segment(key) + path + query(request),
                    demands);
            return answer(gathering.from(where), ViewQueries::found);
        };
        Supplier<List<Copies>> everywhere = () -> locator.all(name, here.topics());
        if (!here.view().keysAreThoseOfRecords()) {
            return ask.apply(everywhere);
        }
        Response own = ownAnswer(locator, key, local, demands);
        CompletionStage<Response> answer = own == null
                ? ask.apply(() -> List.of(locator.ofKey(name, key)))
                : CompletableFuture.completedFuture(own);
        // Of the past that there is a row now says nothing: who does not answer would make 503 of a right 404.
        return answer.thenCompose(
                one -> one.status() == NOT_FOUND && demands.asOf().isEmpty() && told.test(key)
                        ? ask.apply(everywhere)
                        : CompletableFuture.completedFuture(one));
    }

    /** What needs nobody else: the answer of a partition that is folded here, where there is nothing to wait for; else null. */
    private @Nullable Response ownAnswer(Locator locator, String key, OfKey local, Demands demands) {
        if (demands.isDemanding()) {
            return null;
        }
        try {
            Copies copies = locator.ofKey(here.view().name(), key);
            return locator.self().equals(copies.active())
                            && local.answer(Set.of(copies.partition()), key, demands)
                                    instanceof Reply.Given<Response> given
                    ? given.answer()
                    : null;
        } catch (RuntimeException e) {
            return null; // it is asked again, with all that others may have, and fails there in words if it does
        }
    }

    /** Any row that was found; that there is none only where all have said so. */
    private static Response found(Gathered<Response> gathered) {
        return gathered.answers().stream()
                .filter(answer -> answer.status() == 200)
                .findFirst()
                .or(() -> gathered.missing().isEmpty()
                        ? gathered.answers().stream().findFirst()
                        : Optional.empty())
                .orElseGet(() -> nobody(gathered));
    }

    private static Reply<Response> outcome(Response answer, Set<Integer> partitions, Demands demands) {
        if (OF_INSTANCES.contains(answer.status())) {
            return new Reply.Given<>(answer, partitions);
        }
        return refused(answer, demands);
    }

    /** What a proxy between the two says is no word on any row. */
    private static <A> Reply<A> refused(Response answer, Demands demands) {
        boolean isOfAnInstance = OF_INSTANCES.contains(answer.status())
                || answer.status() == MISDIRECTED
                || answer.status() == UNAVAILABLE;
        return new Reply.Refused<>(demands.maxLag().isEmpty(), isOfAnInstance ? answer : null);
    }

    /**
     * One page of the rows that pass a filter.
     *
     * @throws HttpProblem 400 where a parameter is wrong, 503 where nothing can be answered yet
     */
    CompletionStage<Response> list(Request request, RowFilter filter) {
        Paging paging = Paging.of(request);
        Demands demands = Demands.of(request, here.topics(), here.now(), here.remembered());
        Optional<Hop> hop = Hop.of(request);
        if (hop.isPresent()) {
            return arrived(hop.get().partitions(), demands, hop.get().waiting())
                    .thenApplyAsync(any -> here.page(hop.get().partitions(), paging, filter, demands), scans)
                    .thenApply(reply -> peers.marked(
                            reply instanceof Reply.Given<Part> given
                                    ? lists.toPeer(given.answer())
                                    : problem((Reply.Refused<Part>) reply)));
        }
        Locator locator = locator();
        Gathering<Part> gathering = gathering(
                locator,
                partitions -> here.page(partitions, paging, filter, demands),
                scans,
                (answer, partitions) -> part(answer, partitions, demands),
                () -> "/v1/" + here.view().name() + query(request),
                demands);
        return answer(
                gathering.from(() -> {
                    List<Copies> all = locator.all(here.view().name(), here.topics());
                    demands.checkPartitions(all.size());
                    return all;
                }),
                gathered -> page(gathered, paging, demands));
    }

    private Reply<Part> part(Response answer, Set<Integer> partitions, Demands demands) {
        if (answer.status() != 200) {
            return refused(answer, demands);
        }
        try {
            Part part = lists.fromPeer(answer.body(), partitions);
            return new Reply.Given<>(part, part.partitions());
        } catch (ListAnswer.GarbledException e) {
            return new Reply.Refused<>(false, null);
        }
    }

    private Response page(Gathered<Part> gathered, Paging paging, Demands demands) {
        Freshness freshness = gathered.answers().stream()
                .map(Part::freshness)
                .reduce(Freshness::and)
                .orElse(null);
        if (freshness == null) {
            return nobody(gathered);
        }
        Response refusal = gathered.problem();
        if (!gathered.missing().isEmpty() && demands.isDemanding()) {
            // To leave out what is not fresh enough would not be what was asked for.
            return refusal != null && refusal.status() == UNAVAILABLE ? refusal : silence();
        }
        if (!demands.allow(freshness.offsetLag())) {
            return demands.tooFarBehind(freshness.offsetLag()).response();
        }
        Set<HostPort> incomplete = new TreeSet<>(Comparator.comparing(HostPort::toString));
        gathered.missing().values().forEach(copies -> Optional.ofNullable(copies.active())
                .or(() -> copies.standbys().stream().findFirst())
                .ifPresent(incomplete::add));
        return lists.toClient(
                MergedPage.of(gathered.answers(), paging.limit()),
                new ArrayList<>(incomplete),
                Position.of(gathered.answers().stream().map(Part::position).toList()),
                here.seenHere(freshness));
    }

    private interface Local<A> {
        Reply<A> answer(Set<Integer> partitions);
    }

    private interface Remote<A> {
        Reply<A> understand(Response answer, Set<Integer> partitions);
    }

    private <A> Gathering<A> gathering(
            Locator locator,
            Local<A> local,
            Executor locally,
            Remote<A> remote,
            Supplier<String> target,
            Demands demands) {
        boolean waits = !demands.minPosition().offsets().isEmpty();
        HostPort self = locator.self();
        return new Gathering<>(
                self,
                locator.mayChangeSoon(),
                peers::isLeftAlone,
                (host, partitions, left) -> {
                    Duration turn = waits ? shorter(TURN, left.dividedBy(2)) : Duration.ZERO;
                    if (host.equals(self)) {
                        return arrived(partitions, demands, waits && here.folds(partitions) ? left : turn)
                                .thenApplyAsync(any -> local.answer(partitions), locally);
                    }
                    return peers.ask(
                                    host,
                                    target.get(),
                                    new Hop(partitions, turn).headers(),
                                    shorter(PEER_ANSWERS_WITHIN.plus(turn), left))
                            .thenApplyAsync(answer -> remote.understand(answer, partitions), executor);
                },
                executor,
                nanos);
    }

    /** Goes on in this thread where nothing was to wait for. */
    private CompletableFuture<Boolean> arrived(Set<Integer> partitions, Demands demands, Duration waiting) {
        CompletableFuture<Boolean> arrived = here.arrived(partitions, demands, waiting);
        return arrived.isDone() ? arrived : arrived.thenApplyAsync(answer -> answer, executor);
    }

    private interface Telling<A> {
        Response tell(Gathered<A> gathered);
    }

    private static <A> CompletionStage<Response> answer(CompletableFuture<Gathered<A>> gathered, Telling<A> telling) {
        return gathered.thenApply(telling::tell).exceptionally(failure -> {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof StoreReader.UnavailableException) {
                return HttpProblem.unavailable(String.valueOf(cause.getMessage()), ViewResource.RETRY_AFTER)
                        .response();
            }
            if (cause instanceof RuntimeException unexpected) {
                throw unexpected;
            }
            throw new IllegalStateException(cause);
        });
    }

    private Locator locator() {
        try {
            return locators.get();
        } catch (StoreReader.UnavailableException e) {
            throw HttpProblem.unavailable(String.valueOf(e.getMessage()), ViewResource.RETRY_AFTER);
        }
    }

    private static Response response(Reply<Response> reply) {
        return reply instanceof Reply.Given<Response> given ? given.answer() : problem((Reply.Refused<Response>) reply);
    }

    private static <A> Response problem(Reply.Refused<A> refused) {
        return Optional.ofNullable(refused.problem()).orElseGet(ViewQueries::silence);
    }

    private static <A> Response nobody(Gathered<A> gathered) {
        return Optional.ofNullable(gathered.problem())
                .filter(problem -> problem.status() != MISDIRECTED)
                .orElseGet(ViewQueries::silence);
    }

    private static Response silence() {
        return HttpProblem.unavailable(
                        "no instance that keeps what was asked for answers now", ViewResource.RETRY_AFTER)
                .response();
    }

    private static String query(Request request) {
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, List<String>> parameter :
                request.queryParameters().entrySet()) {
            for (String value : parameter.getValue()) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(escaped(parameter.getKey()))
                        .append('=')
                        .append(escaped(value));
            }
        }
        return query.toString();
    }

    /** Dots alone would be taken for a way up. */
    private static String segment(String key) {
        return key.equals(".") || key.equals("..") ? key.replace(".", "%2E") : escaped(key);
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
