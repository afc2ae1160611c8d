package org.chatbridge.streams;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.chatbridge.avro.Gap;
import org.chatbridge.avro.view.GapRow;
import org.chatbridge.program.HostPort;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Request;
import org.chatbridge.program.Response;
import org.jspecify.annotations.Nullable;

/**
 * Instances of the view of gaps that ask each other within this process. Each row is its own key; a test says which instance
 * has which partition, in which way, and what is wrong with whom.
 */
final class Instances implements AutoCloseable {
    static final String TOPIC = "livechat.gaps";

    /** What becomes of a question to an instance. */
    enum Fault {
        REFUSED,
        FROZEN,
        UNAVAILABLE,
        MISDIRECTED,
        GARBAGE,
        FORBIDDEN
    }

    /** A copy of a partition: keys, and how fresh it is. */
    record Copy(Set<String> keys, Standing standing) {}

    final Map<HostPort, Fault> faults = new ConcurrentHashMap<>();
    final Set<HostPort> cutOff = ConcurrentHashMap.newKeySet();
    /** The keys of rows that every instance knows to be somewhere. */
    final Set<String> told = ConcurrentHashMap.newKeySet();

    final AtomicInteger asked = new AtomicInteger();
    private final int partitions;
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final Map<Integer, Copies> places = new TreeMap<>();
    private final Map<HostPort, Map<Integer, Copy>> kept = new HashMap<>();
    private final Map<HostPort, ViewQueries<Gap, GapRow>> queries = new HashMap<>();
    private final Map<HostPort, Positions> positions = new HashMap<>();

    Instances(int partitions) {
        this.partitions = partitions;
    }

    static HostPort host(int number) {
        return new HostPort("views-" + number, 8080);
    }

    static Standing active() {
        return standing(StoreReader.ServedBy.ACTIVE, OptionalLong.of(0), Position.NONE, true);
    }

    static Standing standby(OptionalLong lag) {
        return standing(StoreReader.ServedBy.STANDBY, lag, Position.NONE, true);
    }

    /** Of a view that no other tells anything. */
    static Standing standing(StoreReader.ServedBy servedBy, OptionalLong lag, Position position, boolean isWhole) {
        return new Standing(servedBy, lag, lag, position, isWhole);
    }

    int partition(String key) {
        return Math.floorMod(key.hashCode(), partitions);
    }

    /** Says who is named as keeping a partition. */
    Instances place(int partition, int active, Integer... standbys) {
        places.put(
                partition,
                new Copies(
                        partition,
                        host(active),
                        List.of(standbys).stream().map(Instances::host).toList()));
        return this;
    }

    /** Gives an instance a copy. */
    Instances keep(int instance, int partition, Standing standing, Collection<String> keys) {
        kept.computeIfAbsent(host(instance), any -> new ConcurrentHashMap<>())
                .put(partition, new Copy(new HashSet<>(keys), standing));
        return this;
    }

    /** Every partition at one instance as active and, where they differ, at another as standby, with all its keys. */
    static Instances of(int partitions, int instances, Collection<String> keys) {
        Instances all = new Instances(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            int number = partition;
            List<String> own =
                    keys.stream().filter(key -> all.partition(key) == number).toList();
            int active = partition % instances;
            int standby = (partition + 1) % instances;
            all.keep(active, partition, active(), own);
            if (active == standby) {
                all.place(partition, active);
            } else {
                all.place(partition, active, standby).keep(standby, partition, standby(OptionalLong.of(2)), own);
            }
        }
        return all;
    }

    Positions positions(int instance) {
        return positions.computeIfAbsent(host(instance), any -> new Positions());
    }

    CompletableFuture<Response> one(int instance, String key, String... parameters) {
        return guarded(() -> queries(host(instance))
                .one(request(Map.of(), parameters(parameters)), key)
                .toCompletableFuture());
    }

    CompletableFuture<Response> list(int instance, String... parameters) {
        return guarded(() -> queries(host(instance))
                .list(request(Map.of(), parameters(parameters)), RowFilter.ALL)
                .toCompletableFuture());
    }

    private synchronized ViewQueries<Gap, GapRow> queries(HostPort self) {
        return queries.computeIfAbsent(self, any -> {
            Map<Integer, Copy> own = kept.computeIfAbsent(self, none -> new ConcurrentHashMap<>());
            ViewResource<Gap, GapRow> resource = new ViewResource<>(
                    new GapsView(),
                    List.of(TOPIC),
                    new Kept(own),
                    partition -> own.containsKey(partition) ? new NeverAnything() : null,
                    (view, store, topics, partition) -> {
                        Copy copy = own.get(partition);
                        return copy == null
                                ? standing(StoreReader.ServedBy.STANDBY, OptionalLong.empty(), Position.NONE, false)
                                : copy.standing();
                    },
                    positions.computeIfAbsent(self, none -> new Positions()),
                    new Freshness.Source(new Upstream(), topics -> OptionalLong.empty()),
                    Clock.systemUTC(),
                    Duration.ofDays(30),
                    System::nanoTime);
            return new ViewQueries<>(
                    resource,
                    () -> cutOff.contains(self) ? new OthersFirst(locator(self)) : locator(self),
                    new Peers(this::ask, "views", System::nanoTime),
                    told::contains,
                    executor,
                    new InPlace(2, executor),
                    System::nanoTime);
        });
    }

    private Locator locator(HostPort self) {
        return new Locator() {
            @Override
            public HostPort self() {
                return self;
            }

            @Override
            public Copies ofKey(String store, String key) {
                return all(store, List.of()).get(partition(key));
            }

            @Override
            public List<Copies> all(String store, Collection<String> topics) {
                return List.copyOf(places.values());
            }
        };
    }

    /** As HTTP would: another thread, a request that is made from text. */
    private CompletableFuture<Response> ask(
            HostPort peer, String target, Map<String, String> headers, Duration within) {
        asked.incrementAndGet();
        Fault fault = faults.get(peer);
        if (fault == Fault.FROZEN) {
            return new CompletableFuture<Response>().orTimeout(within.toNanos(), TimeUnit.NANOSECONDS);
        } else if (fault == Fault.REFUSED) {
            return CompletableFuture.failedFuture(new java.net.ConnectException("refused"));
        } else if (fault == Fault.UNAVAILABLE) {
            return CompletableFuture.completedFuture(
                    HttpProblem.unavailable("starting", Duration.ofSeconds(1)).response());
        } else if (fault == Fault.MISDIRECTED) {
            return CompletableFuture.completedFuture(
                    HttpProblem.misdirected("x:1", "elsewhere").response());
        } else if (fault == Fault.GARBAGE) {
            return CompletableFuture.completedFuture(Response.text("text/html", "<html>a proxy</html>"));
        } else if (fault == Fault.FORBIDDEN) {
            return CompletableFuture.completedFuture(
                    new Response(403, "text/plain", "a proxy".getBytes(StandardCharsets.UTF_8), Map.of()));
        }
        URI uri = URI.create("http://" + peer + target);
        Map<String, List<String>> parameters = new TreeMap<>();
        if (uri.getRawQuery() != null) {
            for (String parameter : uri.getRawQuery().split("&", -1)) {
                String[] parts = parameter.split("=", -1);
                parameters
                        .computeIfAbsent(decoded(parts[0]), any -> new ArrayList<>())
                        .add(decoded(parts[1]));
            }
        }
        Map<String, String> lower = new HashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        Request request = request(lower, parameters);
        String[] path = uri.getRawPath().split("/", -1);
        return CompletableFuture.supplyAsync(() -> peer, executor)
                .thenCompose(host -> guarded(() -> path.length > 3
                        ? queries(host).one(request, decoded(path[3])).toCompletableFuture()
                        : queries(host).list(request, RowFilter.ALL).toCompletableFuture()));
    }

    private static CompletableFuture<Response> guarded(
            java.util.function.Supplier<CompletableFuture<Response>> asking) {
        try {
            return asking.get().exceptionally(failure -> {
                if (failure.getCause() instanceof HttpProblem problem) {
                    return problem.response();
                }
                throw new AssertionError(failure);
            });
        } catch (HttpProblem problem) {
            return CompletableFuture.completedFuture(problem.response());
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Request request(Map<String, String> headers, Map<String, List<String>> parameters) {
        return new Request("/v1/gaps", Map.of(), parameters, headers);
    }

    private static Map<String, List<String>> parameters(String... namesAndValues) {
        Map<String, List<String>> parameters = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return parameters;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private record Kept(Map<Integer, Copy> copies) implements StoreReader<Gap> {
        @Override
        public Found<Gap> get(int partition, String key) {
            Copy copy = copies.get(partition);
            if (copy == null) {
                return new Found.Elsewhere<>();
            }
            return new Found.Here<>(copy.keys().contains(key) ? Pushes.gap(key, "closed") : null);
        }

        @Override
        public Rows<Gap> from(Set<Integer> partitions, @Nullable String after) {
            List<KeyValueIterator<String, ValueAndTimestamp<Gap>>> iterators = new ArrayList<>();
            Set<Integer> here = new HashSet<>(partitions);
            here.retainAll(copies.keySet());
            here.forEach(partition -> iterators.add(
                    iterator(Map.copyOf(copies).getOrDefault(partition, NOTHING).keys(), after)));
            return new MergedRows<>(iterators, after, here);
        }

        private static final Copy NOTHING = new Copy(Set.of(), active());

        private static KeyValueIterator<String, ValueAndTimestamp<Gap>> iterator(
                Set<String> keys, @Nullable String after) {
            Comparator<String> order = MergedRows.KEY_ORDER;
            Iterator<String> peeking = keys.stream()
                    .filter(key -> after == null || order.compare(key, after) >= 0)
                    .sorted(order)
                    .iterator();
            return new KeyValueIterator<>() {
                private @Nullable String next = peeking.hasNext() ? peeking.next() : null;

                @Override
                public String peekNextKey() {
                    return String.valueOf(next);
                }

                @Override
                public boolean hasNext() {
                    return next != null;
                }

                @Override
                public KeyValue<String, ValueAndTimestamp<Gap>> next() {
                    String key = peekNextKey();
                    next = peeking.hasNext() ? peeking.next() : null;
                    return KeyValue.pair(key, ValueAndTimestamp.make(Pushes.gap(key, "closed"), 0));
                }

                @Override
                public void close() {}
            };
        }
    }

    /** The versions of rows that never were. */
    private static final class NeverAnything implements ReadOnlyKeyValueStore<Bytes, Version> {
        @Override
        public @Nullable Version get(Bytes key) {
            return null;
        }

        @Override
        public KeyValueIterator<Bytes, Version> range(Bytes from, Bytes to) {
            return all();
        }

        @Override
        public KeyValueIterator<Bytes, Version> reverseRange(Bytes from, Bytes to) {
            return all();
        }

        @Override
        public KeyValueIterator<Bytes, Version> all() {
            return new KeyValueIterator<>() {
                @Override
                public Bytes peekNextKey() {
                    throw new NoSuchElementException();
                }

                @Override
                public boolean hasNext() {
                    return false;
                }

                @Override
                public KeyValue<Bytes, Version> next() {
                    throw new NoSuchElementException();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public long approximateNumEntries() {
            return 0;
        }
    }
}
