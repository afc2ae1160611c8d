package org.chatbridge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The page in a real browser; skipped where there is none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class DashboardIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String LIVE = "#state-link dd";
    private static final String HOSTILE =
            "<script>window.broken = 1</script><img src=x onerror=\"window.broken = 1\">&amp;{{1}}";

    private final Instant now = Clock.systemUTC().instant();
    private @Nullable Browser maybe;
    private Browser browser;
    private StubViews views;

    @BeforeAll
    void startBrowser() {
        Optional<Browser> started = Browser.start();
        Assumptions.assumeTrue(
                started.isPresent(),
                "no chromium and chromedriver on the PATH (apt-get install chromium chromium-driver)");
        browser = started.orElseThrow();
        maybe = browser;
    }

    @AfterAll
    void stopBrowser() {
        if (maybe != null) {
            maybe.close();
        }
    }

    @BeforeEach
    void startViews() {
        views = new StubViews(0, null).start();
    }

    @AfterEach
    void stopViews() {
        views.close();
    }

    @Test
    void shouldShowTheRows() {
        // given
        views.tell("agents", "ada", agent("ada", "Ada Brandt", "accepting_chats", "C2"));
        views.tell("agents", "bob", agent("bob", "Bob Haas", "not_accepting_chats"));
        views.tell("threads", "C1", thread("C1", "Ines", null));
        views.tell("threads", "C2", thread("C2", "Marta", 60));
        views.tell("threads", "C3", thread("C3", "Olga", 600));
        views.tell("threads", "C4", thread("C4", "gone", 900).put("status", "closed"));
        views.tell("gaps", "c0", gap("c0", "silence"));
        views.tell("activity", "m", activity(5));

        // when
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, LIVE, "live"::equals);
        browser.await(SOON, "#threads tbody", text -> text.contains("Ines"));

        // then
        assertThat(browser.texts("#threads .who .name")).containsExactly("Olga", "Marta", "Ines");
        assertThat(browser.texts("#threads .with").get(0)).isEqualTo("Ada Brandt");
        assertThat(browser.texts("#threads .text")).containsOnly("hello");
        assertThat(browser.texts("#agents .name")).containsExactly("Ada Brandt", "Bob Haas");
        assertThat(browser.texts("#agents .more").get(0)).isEqualTo("Marta");
        assertThat(browser.texts("#agents-counts li")).containsExactly("1 accepting chats", "1 not accepting chats");
        assertThat(browser.text("#figure-waiting")).isEqualTo("2");
        assertThat(browser.text("#figure-open")).isEqualTo("3");
        assertThat(browser.text("#figure-accepting")).isEqualTo("1");
        assertThat(browser.text("#figure-response")).isEqualTo("31 s");
        assertThat(browser.texts("#gaps .cause .name")).containsExactly("silence");
        assertThat(browser.text("#state-upstream dd")).isEqualTo("streaming");
        assertThat(browser.text("#state-lag dd")).isEqualTo("3 records");
        assertThat(browser.log()).isEmpty();
    }

    @Test
    void shouldSayOfWhichDayTheLastResponseIs() {
        // given
        views.tell("activity", "m", activity((int) Duration.ofDays(2).toMinutes()));

        // when
        browser.open(views.url(), 1600, 1000);

        // then
        browser.await(SOON, "#figure-response", "31 s"::equals);
        assertThat(browser.text("#figure-response-more")).matches("p95 1 m 37 s, \\d+ \\w+, \\d\\d:\\d\\d");
    }

    @Test
    void shouldNotCountWhatIsDeliveredLateAsPushesOfNow() {
        // given
        views.tell("activity", "late", activity(30));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#figure-pushes", "0.0"::equals);

        // when
        ObjectNode late = activity(30);
        late.withObject("pushes").put("incoming_event", 1_000_000);
        views.tell("activity", "late", late);
        Instant minute = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MINUTES);
        views.tell("activity", "now", activity(0).put("minute", minute.toString()));

        // then: 120 in some of the last ten seconds
        browser.await(SOON, "#figure-pushes", text -> text.matches("[1-9][0-9.]*"));
    }

    @Test
    void shouldBeReadableInAnyLight() {
        // given
        views.tell("agents", "ada", agent("ada", "Ada", "accepting_chats", "C1"));
        views.tell("agents", "bob", agent("bob", "Bob", "not_accepting_chats"));
        views.tell("agents", "eve", agent("eve", "Eve", "offline"));
        views.tell("threads", "C1", thread("C1", "Ines", 60));
        views.tell("threads", "C2", thread("C2", "Olga", 600));
        views.tell("threads", "C3", thread("C3", "Marta", 6000));
        views.tell("threads", "C4", thread("C4", "Nora", null));
        views.tell("gaps", "c0", gap("c0", "silence"));
        views.tell("gaps", "c1", gap("c1", "closed").putNull("closed_at"));
        IntStream.rangeClosed(1, 3).forEach(i -> views.tell("activity", "m" + i, activity(i)));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#chart-pushes .legend", text -> text.contains("incoming event"));

        try {
            // then
            assertThat(hardToSee()).isEmpty();

            // when
            views.close();
            browser.await(SOON, LIVE, "reconnecting"::equals);

            // then
            assertThat(hardToSee()).isEmpty();
        } finally {
            browser.prefer("");
        }
    }

    /** What has less contrast than WCAG 2.2 asks for (1.4.3 and 1.4.11, level AA), light and dark. */
    private List<String> hardToSee() {
        return Stream.of("light", "dark")
                .peek(browser::prefer)
                .flatMap(scheme -> browser.run("""
                        const root = getComputedStyle(document.documentElement);
                        const named = name => root.getPropertyValue('--' + name).match(/[0-9a-f]{2}/g).map(hex => parseInt(hex, 16));
                        const parsed = text => text.match(/[0-9.]+/g).map(Number);
                        const weigh = colour => 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2];
                        const luminance = colour => weigh(colour.map(part =>
                          part <= 10.31 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
                        const contrast = (one, other) => {
                          const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
                          return (bright + 0.05) / (dark + 0.05);
                        };
                        // A colour as the ancestors let it through.
                        const through = (element, colour) => {
                          let seen = colour;
                          for (let each = element; each; each = each.parentElement) {
                            const style = getComputedStyle(each);
                            if (style.filter === 'grayscale(1)') seen = Array(3).fill(weigh(seen));
                            seen = seen.map((part, i) => part * style.opacity + named('back')[i] * (1 - style.opacity));
                          }
                          return seen;
                        };
                        const behind = element => {
                          const [red, green, blue, alpha = 1] = parsed(getComputedStyle(element).backgroundColor);
                          return alpha === 1 || !element.parentElement ? [red, green, blue] : behind(element.parentElement);
                        };
                        const found = [];
                        const look = (name, least, element, colour, ground) => {
                          const ratio = contrast(through(element, colour), through(element, ground));
                          if (ratio < least) found.push(name + ' ' + ratio.toFixed(2));
                        };
                        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                        while (texts.nextNode()) {
                          const element = texts.currentNode.parentElement;
                          const text = texts.currentNode.data.trim();
                          if (text && element.getClientRects().length && !element.closest('.unseen')) {
                            look(text, 4.5, element, parsed(getComputedStyle(element).color), behind(element));
                          }
                        }
                        const filter = document.getElementById('threads-filter');
                        look('placeholder', 4.5, filter, parsed(getComputedStyle(filter, '::placeholder').color), behind(filter));
                        for (const selector of ['#threads-filter', '.range']) {
                          const element = document.querySelector(selector);
                          look(selector, 3, element, parsed(getComputedStyle(element).borderTopColor), behind(element.parentElement));
                        }
                        const chosen = document.querySelector('.range input:checked + span');
                        look('what is chosen', 3, chosen, behind(chosen), behind(chosen.parentElement));
                        const chart = document.getElementById('chart-pushes');
                        for (const name of ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'gap']) {
                          look(name, 3, chart, named(name), behind(chart));
                        }
                        return found.join('\\n');""").lines().map(found -> scheme + ": " + found))
                .toList();
    }

    @Test
    void shouldTellInWordsWhatTheChartsShow() {
        // given
        views.tell("gaps", "c0", gap("c0", "silence"));
        IntStream.rangeClosed(1, 10).forEach(i -> views.tell("activity", "m" + i, activity(i)));

        // when
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#chart-pushes .legend", text -> text.contains("incoming event"));
        browser.click("#chart-threads summary");
        browser.await(SOON, "#chart-threads tbody", text -> !text.isEmpty());

        // then
        assertThat(browser.count(".plot canvas")).isEqualTo(3);
        assertThat(browser.run("return document.querySelector('#chart-pushes .plot').ariaLabel"))
                .contains("incoming event: ", "at most 2.0 at ", "Gaps: 1.");
        assertThat(browser.texts("#chart-threads thead th")).containsExactly("Time", "opened", "closed");
        assertThat(browser.texts("#chart-threads tbody td")).contains("3.0", "2.0");
        assertThat(browser.log()).isEmpty();
    }

    @Test
    void shouldShowAChangeOfStatusWithinTwoSeconds() {
        // given
        views.tell("agents", "ada", agent("ada", "Ada", "accepting_chats"));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#agents .word", "accepting"::equals);

        // when
        views.tell("agents", "ada", agent("ada", "Ada", "not_accepting_chats"));

        // then
        browser.await(Duration.ofSeconds(2), "#agents .word", "not accepting"::equals);
        browser.await(Duration.ofSeconds(2), "#figure-accepting", "0"::equals);
    }

    @Test
    void shouldTellHowLongAgentsHaveAcceptedChatsUntilNow() {
        // given: rows that were made long ago, with what was so then
        views.tell("agents", "ada", agent("ada", "Ada", "accepting_chats"));
        views.tell("agents", "bob", agent("bob", "Bob", "not_accepting_chats"));
        views.accepted("ada", 7230);
        views.accepted("bob", 0);

        // when
        browser.open(views.url(), 1600, 1000);

        // then
        browser.await(SOON, "#agents .today", text -> text.startsWith("2 h 00 m"));
        assertThat(browser.texts("#agents .today").get(1)).isEqualTo("\u2013");
    }

    @Test
    void shouldLeaveTextAsText() {
        // given
        ObjectNode thread = thread(HOSTILE, HOSTILE, 60);
        thread.withObject("last_event").put("text", HOSTILE);
        views.tell("threads", HOSTILE, thread);
        views.tell("agents", "ada", agent("ada", HOSTILE, HOSTILE, HOSTILE));
        views.tell("gaps", "c0", gap("c0", HOSTILE).put("detail", HOSTILE));
        ObjectNode minute = activity(1);
        minute.withObject("pushes").put(HOSTILE, 600);
        views.tell("activity", "m", minute);

        // when
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#threads .text", HOSTILE::equals);
        browser.click("#chart-pushes summary");
        browser.await(SOON, "#chart-pushes thead", text -> text.contains("<script>"));

        // then
        assertThat(browser.texts("#threads .who > *")).containsExactly(HOSTILE, HOSTILE);
        assertThat(browser.texts("#agents .who > *")).containsExactly(HOSTILE, HOSTILE);
        assertThat(browser.texts("#gaps .cause > *")).containsExactly(HOSTILE, HOSTILE);
        assertThat(browser.count("body script, body img")).isZero();
        assertThat(browser.run("return typeof window.broken")).isEqualTo("undefined");
        assertThat(browser.log()).isEmpty();
    }

    @Test
    void shouldShowFreshRowsAfterTheServerCameBack() {
        // given
        views.tell("threads", "C1", thread("C1", "Before", 60));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#threads .name", "Before"::equals);

        // when
        int port = views.port();
        views.close();
        browser.await(SOON, LIVE, "reconnecting"::equals);
        assertThat(browser.text("#notice")).contains("What is shown is of");
        assertThat(browser.texts("#threads .name")).containsExactly("Before");
        views = new StubViews(port, null);
        views.tell("threads", "C2", thread("C2", "After", 60));
        views.start();

        // then
        browser.await(SOON, LIVE, "live"::equals);
        browser.await(SOON, "#threads .name", "After"::equals);
        assertThat(browser.texts("#threads .name")).containsExactly("After");
        views.tell("threads", "C2", thread("C2", "Still", 60));
        browser.await(Duration.ofSeconds(2), "#threads .name", "Still"::equals);
        assertThat(browser.log())
                .noneMatch(line -> line.contains("Content Security Policy") || line.contains("Uncaught"));
    }

    @Test
    void shouldBeginAnewWhereTheServerRefusesWhatItWasTold() {
        // given
        views.tell("threads", "C1", thread("C1", "Before", 60));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#threads .name", "Before"::equals);

        // when: another cluster, which knows nothing of the id
        int port = views.port();
        views.close();
        browser.await(SOON, LIVE, "reconnecting"::equals);
        views = new StubViews(port, null).refusingIdsOfOthers();
        views.tell("threads", "C2", thread("C2", "After", 60));
        views.start();

        // then
        browser.await(SOON, "#threads .name", "After"::equals);
        assertThat(browser.text(LIVE)).isEqualTo("live");
        assertThat(views.asked()).endsWith("");
    }

    @Test
    void shouldGoOnWhereItWasCut() {
        // given
        views.tell("threads", "C1", thread("C1", "Stays", 60));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, LIVE, "live"::equals);
        views.tell("threads", "C2", thread("C2", "Told", 50));
        browser.await(SOON, "#threads tbody", text -> text.contains("Told"));

        // when
        views.cut();
        views.tell("threads", "C3", thread("C3", "Missed", 40));

        // then
        browser.await(SOON, "#threads tbody", text -> text.contains("Missed"));
        assertThat(browser.texts("#threads .name")).containsExactly("Stays", "Told", "Missed");
        assertThat(browser.text(LIVE)).isEqualTo("live");
        assertThat(views.asked()).hasSize(2);
        assertThat(views.asked().get(1)).isNotEmpty();
    }

    @Test
    void shouldNotScrollSidewaysOnANarrowScreen() {
        // given
        String long1 = "Wolfeschlegelsteinhausenbergerdorff".repeat(5);
        views.tell("agents", "ada", agent("ada", long1, "a_status_of_" + long1, "C1"));
        views.tell("threads", long1, thread(long1, long1, 60));
        views.tell("gaps", "c0", gap("c0", long1).put("detail", long1));
        ObjectNode minute = activity(1);
        minute.withObject("pushes").put(long1, 600);
        views.tell("activity", "m", minute);

        // when
        browser.open(views.url(), 360, 740);
        browser.await(SOON, "#threads tbody", text -> !text.isEmpty());
        browser.await(SOON, "#chart-pushes .legend", text -> !text.isEmpty());

        // then
        assertThat(browser.run("""
                const { scrollWidth, clientWidth } = document.documentElement;
                const wide = [...document.querySelectorAll('body *:not(.unseen, .unseen *)')]
                  .filter(element => element.getBoundingClientRect().right > clientWidth && !element.closest('.region, .plot, .more, .name'));
                return innerWidth + ' ' + (scrollWidth - clientWidth) + ' ' + wide.map(each => each.className || each.tagName);""")).isEqualTo("360 0 ");
    }

    @Test
    void shouldNotTurnTheNamesBesideOneThatTurnsWhatFollows() {
        // given
        views.tell("agents", "ada", agent("ada", "Ada Brandt", "accepting_chats", "C1", "C2"));
        views.tell(
                "threads", "C1", thread("C1", "\u2069\u202ehostile", null)); // written from right to left from here on
        views.tell("threads", "C2", thread("C2", "Marta", 60));

        // when
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#agents .more", text -> text.contains("Marta"));

        // then
        assertThat(browser.run("""
                const text = document.querySelector('#agents .more').firstChild;
                const at = text.data.indexOf('Marta');
                const left = index => {
                  const range = document.createRange();
                  range.setStart(text, index);
                  range.setEnd(text, index + 1);
                  return range.getBoundingClientRect().left;
                };
                return left(at) < left(at + 4) ? 'left to right' : 'turned';""")).isEqualTo("left to right");
    }

    @Test
    void shouldReachTheTablesByKeyboard() {
        // given
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, LIVE, "live"::equals);

        // when
        List<String> reached = new ArrayList<>();
        IntStream.range(0, 12).forEach(i -> reached.add(browser.tab()));

        // then
        assertThat(reached).containsSubsequence("threads-filter", "threads-region", "agents-region", "gaps-region");
        assertThat(browser.run("document.getElementById('threads-region').focus();"
                        + " return getComputedStyle(document.activeElement.closest('.card')).outlineStyle"))
                .isEqualTo("solid");
    }

    @Test
    void shouldStayQuickUnderAThousandChangesASecond() throws Exception {
        // given
        IntStream.range(0, 1000).forEach(i -> views.tell("threads", "C" + i, thread("C" + i, "N" + i, 10 + i)));
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#threads-rest", text -> text.contains("and 800 more"));
        browser.run("""
                window.longest = 0;
                let last = performance.now();
                const frame = at => {
                  const now = performance.now();
                  window.longest = Math.max(window.longest, now - last);
                  last = now;
                  requestAnimationFrame(frame);
                };
                requestAnimationFrame(frame);""");

        // when: for three seconds
        CountDownLatch bursts = new CountDownLatch(300);
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> sending = sender.scheduleAtFixedRate(
                () -> {
                    int burst = (int) bursts.getCount();
                    for (int i = 0; burst > 0 && i < 10; i++) {
                        String chat = "C" + (burst * 37 + i * 101) % 1000;
                        views.tell("threads", chat, thread(chat, "M" + burst, 10 + burst + i));
                    }
                    bursts.countDown();
                },
                0,
                10,
                TimeUnit.MILLISECONDS);
        assertThat(bursts.await(30, TimeUnit.SECONDS)).isTrue();
        sending.cancel(false);
        sender.shutdown();
        views.tell("threads", "last", thread("last", "The last", 100_000));

        // then
        browser.await(Duration.ofSeconds(2), "#threads .name", "The last"::equals);
        assertThat(browser.count("#threads tbody tr")).isEqualTo(200);
        assertThat(Double.parseDouble(browser.run("return window.longest")))
                .as("the longest time without a frame, in ms")
                .isLessThan(1000);
    }

    @Test
    void shouldAskForATokenWhereTheServerWantsOne() {
        // given
        views.close();
        views = new StubViews(0, "s3cret+/=").start();
        views.tell("threads", "C1", thread("C1", "Ines", 60));

        // when
        browser.open(views.url(), 1600, 1000);
        browser.await(SOON, "#token-form label", text -> text.contains("only with a token"));
        assertThat(browser.text(LIVE)).isEqualTo("needs a token");
        browser.type("#token", "not; a token");
        browser.await(SOON, "#token-hint", text -> text.contains("This is no token"));
        browser.run("document.getElementById('token').value = ''");
        browser.type("#token", "s3cret+/=");

        // then
        browser.await(SOON, "#threads .name", "Ines"::equals);
        assertThat(browser.sameSite("chatbridge_token")).isEqualTo("Strict");
    }

    private ObjectNode agent(String id, String name, String status, String... chats) {
        ObjectNode row = JSON.createObjectNode()
                .put("agent_id", id)
                .put("routing_status", status)
                .put("since", ago(3600))
                .put("name", name)
                .putNull("email");
        for (String chat : chats) {
            row.withArray("chat_ids").add(chat);
        }
        row.withObject("seconds_today").put("accepting_chats", 120);
        return row;
    }

    private ObjectNode thread(String chat, String customer, @Nullable Integer waitingSeconds) {
        ObjectNode row = JSON.createObjectNode()
                .put("chat_id", chat)
                .put("thread_id", "T" + chat)
                .put("status", "open")
                .put("opened_at", ago(3600))
                .put("waiting_since", waitingSeconds == null ? null : ago(waitingSeconds))
                .put("customer_id", "c-1")
                .put("customer_name", customer);
        row.withArray("agent_ids").add("ada");
        row.withObject("last_event")
                .put("type", "message")
                .put("author_id", "c-1")
                .put("text", "hello")
                .put("timestamp", ago(5));
        return row;
    }

    private ObjectNode gap(String connection, String cause) {
        return JSON.createObjectNode()
                .put("connection_id", connection)
                .put("opened_at", ago(900))
                .put("closed_at", ago(800))
                .put("cause", cause)
                .put("detail", "no frame for 30 s")
                .put("retrying", true);
    }

    /** A minute with two pushes a second, three threads opened and two closed. */
    private ObjectNode activity(int minutesAgo) {
        ObjectNode row = JSON.createObjectNode()
                .put(
                        "minute",
                        now.truncatedTo(ChronoUnit.MINUTES)
                                .minus(Duration.ofMinutes(minutesAgo))
                                .toString())
                .put("threads_opened", 3)
                .put("threads_closed", 2);
        row.withObject("pushes").put("incoming_event", 120);
        row.set("first_response", response());
        return row;
    }

    private static JsonNode response() {
        return JSON.createObjectNode().put("count", 4).put("median_seconds", 31).put("p95_seconds", 97);
    }

    private String ago(long seconds) {
        return now.minusSeconds(seconds).toString();
    }
}
