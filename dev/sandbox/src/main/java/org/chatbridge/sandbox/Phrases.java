package org.chatbridge.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/** What people in the simulated world are called, say and look at; all of it invented, none of it plain ASCII for long. */
final class Phrases {

    private static final List<String> AGENTS = List.of(
            "Tomas", "Igor", "Marta", "Sofia Lind", "Kwame", "Yuki", "Leyla", "Bram", "Nuria", "Petra", "Ravi", "Ines");
    private static final List<String> FIRST = List.of(
            "Ola",
            "<b>Zoë</b>",
            "Łukasz",
            "Ayşe",
            "李雷",
            "محمد",
            "Renée",
            "O'Neil",
            "İpek",
            "🐙 Otto",
            "Ann \"AJ\"",
            "Søren");
    private static final List<String> LAST = List.of(
            "Nowicka",
            "Müller",
            "Yılmaz",
            "Smith & Sons",
            "<script>alert(1)</script>",
            "García",
            "王",
            "d'Arc",
            "Ødegård");
    private static final List<String> CUSTOMER_LINES = List.of(
            "Dzień dobry, do you ship to Kraków? 🍵",
            "where is my order #4711?",
            "the cup came broken 😢",
            "<img src=x onerror=alert(1)> looks odd on your page",
            "Does it come in \"blue\" too? \\ or green?",
            "teşekkürler, IĞDIR'a kargo var mı?",
            "你好，可以退货吗？",
            "line one\nline two\tand a tab",
            "👩‍👩‍👧‍👦 family pack please",
            "ok");
    private static final List<String> AGENT_LINES = List.of(
            "Yes, two days by courier.",
            "Let me look that up for you…",
            "I have sent you a new one – no charge 🎁",
            "Could you tell me the order number, please?",
            "Größe 42 ist wieder da.",
            "Please see https://kiosk.example/help?topic=returns&lang=en",
            "<b>Done!</b>",
            "Anything else?");
    private static final List<String> PAGES = List.of("", "tea?sku=41", "cups", "cart", "returns", "señor-café");
    private static final List<String[]> PLACES = List.of(
            new String[] {"Poland", "PL", "Mazowieckie", "Warszawa", "Europe/Warsaw"},
            new String[] {"Türkiye", "TR", "İstanbul", "İstanbul", "Europe/Istanbul"},
            new String[] {"Nepal", "NP", "Bagmati", "Kathmandu", "Asia/Kathmandu"},
            new String[] {"Brazil", "BR", "São Paulo", "São Paulo", "America/Sao_Paulo"});
    private static final List<String> TEST_NETS = List.of("192.0.2.", "198.51.100.", "203.0.113.");

    private final Random random;

    Phrases(Random random) {
        this.random = random;
    }

    static String agentName(int index) {
        String name = AGENTS.get(index % AGENTS.size());
        return index < AGENTS.size() ? name : name + " " + (1 + index / AGENTS.size());
    }

    String uuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    String customerLine() {
        return pick(CUSTOMER_LINES);
    }

    String agentLine() {
        return pick(AGENT_LINES);
    }

    String page() {
        return "https://kiosk.example/" + pick(PAGES);
    }

    Customer customer(long now) {
        String[] place = pick(PLACES);
        int host = 1 + random.nextInt(254);
        ObjectNode visit = Json.object();
        visit.putObject("current_visit").put("start", now - 60).putArray("pages");
        visit.put("referrer", "https://search.example/?q=tea")
                .put("ip", pick(TEST_NETS) + host)
                .put("host", "host-" + host + ".isp.example")
                .put("user_agent", "Mozilla/5.0 (X11; Linux x86_64) ExampleBrowser/1.0")
                .putObject("geolocation")
                .put("country", place[0])
                .put("country_code", place[1])
                .put("region", place[2])
                .put("city", place[3])
                .put("timezone", place[4]);
        ObjectNode traits = Json.object()
                .put("loyalty_tier", pick(List.of("gold", "silver", "none")))
                .put("vip", random.nextInt(10) == 0)
                .put("orders", random.nextInt(20));
        traits.putObject("last_order").put("sku", random.nextInt(100)).put("price", "19.90");
        String email = String.format(Locale.ROOT, "c%06d@client.example", random.nextInt(1_000_000));
        Customer customer = new Customer(uuid(), pick(FIRST) + " " + pick(LAST), email, visit, traits, now);
        customer.open(page(), "Kiosk – tea & cups", now - 30);
        return customer;
    }
}
