package org.chatbridge.streams;

import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.chatbridge.avro.Ban;
import org.chatbridge.avro.CustomerBanned;
import org.chatbridge.avro.CustomerUnbanned;
import org.chatbridge.avro.CustomerUpdated;
import org.chatbridge.avro.Monitoring;
import org.chatbridge.avro.Push;
import org.chatbridge.avro.User;
import org.chatbridge.avro.VisitStats;
import org.jspecify.annotations.Nullable;

/** Records about customers as the bridge writes them, for tests. */
final class CustomerPushes {
    private static final Instant LAST_VISIT = Instant.parse("2026-11-01T08:00:00Z");

    private CustomerPushes() {}

    static CustomerUpdated updated(Push push, @Nullable User customer) {
        return CustomerUpdated.newBuilder().setPush(push).setCustomer(customer).build();
    }

    /** In the flat form of later versions: what has no field stands beside the customer (PROTOCOL 2.12). */
    static CustomerUpdated flat(Push push, User customer, Map<String, String> beside) {
        return CustomerUpdated.newBuilder()
                .setPush(push)
                .setCustomer(customer)
                .setExtra(beside)
                .build();
    }

    static CustomerBanned banned(Push push, @Nullable Long days) {
        return CustomerBanned.newBuilder()
                .setPush(push)
                .setCustomerId("mary")
                .setBan(new Ban(days, Map.of()))
                .build();
    }

    static CustomerUnbanned unbanned(Push push) {
        return CustomerUnbanned.newBuilder().setPush(push).setCustomerId("mary").build();
    }

    static Push version(Push push, String apiVersion) {
        push.put("api_version", apiVersion);
        return push;
    }

    static Monitoring monitoring(String ip) {
        return Monitoring.newBuilder()
                .setIp(ip)
                .setStats(VisitStats.newBuilder().setLastVisit(LAST_VISIT).build())
                .setExtra(Map.of("carts", "[{\"id\":1}]"))
                .build();
    }

    static String monitoringJson(String ip) {
        return "{\"current_visit\":null,\"stats\":{\"visits\":null,\"threads\":null,\"page_views\":null,"
                + "\"last_visit\":\"2026-11-01T08:00:00Z\",\"extra\":{}},\"referrer\":null,\"ip\":\"" + ip
                + "\",\"host\":null,\"user_agent\":null,\"geolocation\":null,\"extra\":{\"carts\":[{\"id\":1}]}}";
    }

    /** Some update, ban or unban. */
    static SpecificRecord random(Random random, String connection, int sequence) {
        Push push = Pushes.push(connection, sequence, "any");
        String id = connection + "/" + sequence;
        return switch (random.nextInt(6)) {
            case 0 -> banned(push, (long) random.nextInt(8));
            case 1 -> unbanned(push);
            default -> {
                boolean flat = random.nextInt(3) != 0;
                version(push, flat ? "3.6" : "0.2");
                Map<String, String> properties = new TreeMap<>();
                Map<String, String> extra = new TreeMap<>();
                for (String name : new String[] {"vip", "tier"}) {
                    if (random.nextInt(3) == 0) {
                        properties.put(name, "\"" + id + "\"");
                    }
                    if (random.nextInt(3) == 0) {
                        extra.put(name, "{\"at\":\"" + id + "\"}");
                    }
                }
                User user = User.newBuilder()
                        .setId("mary")
                        .setBanned(random.nextInt(3) == 0 ? random.nextBoolean() : null)
                        .setName(random.nextBoolean() ? "Mary " + id : null)
                        .setEmail(random.nextBoolean() ? id + "@example.com" : null)
                        .setAvatar(random.nextBoolean() ? "cdn.example/" + id : null)
                        .setLastSeenTimestamp(random.nextBoolean() ? LAST_VISIT.plusSeconds(sequence) : null)
                        .setProperties(properties.isEmpty() ? null : properties)
                        .setExtra(flat ? Map.of() : extra)
                        .setMonitoring(random.nextBoolean() ? monitoring(id) : null)
                        .build();
                yield flat ? flat(push, user, extra) : updated(push, user);
            }
        };
    }
}
