package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaterAnswersTest {
    private static final HttpLimits HASTY = new HttpLimits(2, 2, 1024, Duration.ofMillis(100), Duration.ofMillis(100));

    @Test
    void shouldHoldNoThreadWhileManyWait() throws Exception {
        // given: more requests than the server has threads
        int many = 100;
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(many);
        try (RunningService service = new RunningService(
                Route.later("/later", request -> {
                    asked.countDown();
                    return answer;
                }),
                new Route("/now", request -> Response.text("text/plain", "now")))) {
            HttpClient client = HttpClient.newHttpClient();
            List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                HttpRequest request =
                        HttpRequest.newBuilder(service.uri("/later")).build();
                waiting.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            // when / then
            assertThat(service.get("/now").body()).isEqualTo("now");
            awaitActive(service, many);
            answer.complete(Response.text("text/plain", "then"));
            for (CompletableFuture<HttpResponse<String>> one : waiting) {
                assertThat(one.get(20, TimeUnit.SECONDS).body()).isEqualTo("then");
            }
            awaitActive(service, 0);
        }
    }

    /** A client has its answer a moment before the server knows that it is given. */
    private static void awaitActive(RunningService service, int requests) throws Exception {
        String active = "chatbridge_http_requests_active " + requests + ".0";
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!service.metrics().contains(active) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(service.metrics()).contains(active);
    }

    @Test
    void shouldHoldNoThreadForClientsThatDoNotRead() throws Exception {
        // given: more than the network holds, for more clients than the server has threads
        Response large = new Response(200, "application/octet-stream", new byte[20_000_000], Map.of());
        List<Socket> sleepers = new ArrayList<>();
        try (RunningService service = new RunningService(
                new Route("/large", request -> large),
                Route.later("/later", request -> CompletableFuture.supplyAsync(() -> large)),
                new Route("/now", request -> Response.text("text/plain", "now")))) {
            for (int i = 0; i < 25; i++) {
                sleepers.add(service.socket("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
                sleepers.add(service.socket("GET /later HTTP/1.1\r\nHost: x\r\n\r\n"));
            }
            for (Socket sleeper : sleepers) {
                assertThat(sleeper.getInputStream().read()).isEqualTo('H');
            }

            // when / then
            assertThat(service.get("/now").body()).isEqualTo("now");
            for (String path : List.of("/large", "/later")) {
                assertThat(service.get(path).body()).hasSize(20_000_000);
            }
        } finally {
            for (Socket sleeper : sleepers) {
                sleeper.close();
            }
        }
    }

    @Test
    void shouldAnswerWhatIsThereAlready() throws Exception {
        try (RunningService service = new RunningService(
                Route.later("/v1/{id}", request -> done(Response.text("text/plain", request.pathParameter("id")))))) {
            assertThat(service.get("/v1/a").body()).isEqualTo("a");
            assertThat(service.send("HEAD", "/v1/a").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldAnswerAProblemHoweverItComes() throws Exception {
        CompletableFuture<Response> later = new CompletableFuture<>();
        try (RunningService service = new RunningService(
                Route.later("/thrown", request -> {
                    throw HttpProblem.notFound("thrown");
                }),
                Route.later("/done", request -> CompletableFuture.failedFuture(HttpProblem.notFound("done"))),
                Route.later(
                        "/staged",
                        request -> CompletableFuture.supplyAsync(() -> {
                            throw HttpProblem.notFound("staged");
                        })),
                Route.later("/later", request -> {
                    later.completeOnTimeout(Response.text("text/plain", ""), 50, TimeUnit.MILLISECONDS);
                    return later.thenApply(response -> {
                        throw HttpProblem.notFound("later");
                    });
                }),
                Route.later("/broken", request -> CompletableFuture.failedFuture(new IllegalStateException("secret"))),
                Route.later(
                        "/grave",
                        request -> CompletableFuture.supplyAsync(() -> {
                            throw new StackOverflowError("secret");
                        })),
                new Route("/graver", request -> {
                    throw new StackOverflowError("secret");
                }))) {
            for (String path : List.of("thrown", "done", "staged", "later")) {
                HttpResponse<String> response = service.get("/" + path);
                assertThat(response.statusCode()).isEqualTo(404);
                assertThat(response.body()).contains("\"detail\":\"" + path + "\"");
            }
            for (String path : List.of("broken", "grave", "graver")) {
                HttpResponse<String> response = service.get("/" + path);
                assertThat(response.statusCode()).as(path).isEqualTo(500);
                assertThat(response.headers().firstValue("Content-Type"))
                        .as(path)
                        .hasValue(HttpProblem.CONTENT_TYPE);
                assertThat(response.body())
                        .contains("unexpected error; the log has more under")
                        .doesNotContain("secret");
            }
            awaitActive(service, 0);
        }
    }

    @Test
    void shouldGiveUpOnAnAnswerThatDoesNotCome() throws Exception {
        try (RunningService service =
                new RunningService(HASTY, Route.later("/never", request -> new CompletableFuture<>()))) {
            HttpResponse<String> response = service.get("/never");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(response.body()).contains("\"detail\":\"there was no answer within 100 ms\"");
        }
    }

    @Test
    void shouldRefuseMoreRequestsThanItMayAnswerAtATimeAndStillBeAlive() throws Exception {
        // given
        HttpLimits two = new HttpLimits(2, 2, 1024, Duration.ofSeconds(30), Duration.ofSeconds(10));
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(2);
        try (RunningService service = new RunningService(two, Route.later("/later", request -> {
            asked.countDown();
            return answer;
        }))) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest request = HttpRequest.newBuilder(service.uri("/later")).build();
            List<CompletableFuture<HttpResponse<String>>> waiting = List.of(
                    client.sendAsync(request, HttpResponse.BodyHandlers.ofString()),
                    client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            // when
            HttpResponse<String> third = service.get("/later");

            // then
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(third.body()).contains("no more than 2 requests are answered at a time");
            assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(service.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(service.get("/metrics").statusCode()).isEqualTo(200);
            answer.complete(Response.text("text/plain", "ok"));
            for (CompletableFuture<HttpResponse<String>> one : waiting) {
                assertThat(one.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            assertThat(service.get("/later").statusCode()).isEqualTo(200);
        }
    }

    /** Two servers, each full of requests whose answers wait for the other's. */
    @Test
    void shouldHavePlacesForThoseWhoWaitForNobodyWhereAllOthersWait() throws Exception {
        // given
        HttpLimits one = new HttpLimits(1, 1, 1024, Duration.ofSeconds(30), Duration.ofSeconds(10));
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(2);
        Route route = Route.later("/later", request -> {
                    asked.countDown();
                    return answer;
                })
                .countingApart(request -> request.headers().containsKey("x-hop"));
        try (RunningService service = new RunningService(one, route)) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest.Builder request = HttpRequest.newBuilder(service.uri("/later"));
            CompletableFuture<HttpResponse<String>> waiting =
                    client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
            awaitActive(service, 1);

            // when
            CompletableFuture<HttpResponse<String>> apart =
                    client.sendAsync(request.header("X-Hop", "1").build(), HttpResponse.BodyHandlers.ofString());

            // then
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            awaitActive(service, 2);
            assertThat(service.get("/later").statusCode()).isEqualTo(503);
            assertThat(service.get("/later", "X-Hop", "1").body())
                    .contains("no more than 1 requests of other servers are answered at a time");
            answer.complete(Response.text("text/plain", "ok"));
            assertThat(apart.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(waiting.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            awaitActive(service, 0);
        }
    }

    private static CompletionStage<Response> done(Response response) {
        return CompletableFuture.completedFuture(response);
    }
}
