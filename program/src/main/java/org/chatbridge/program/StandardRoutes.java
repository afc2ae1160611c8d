package org.chatbridge.program;

import java.util.List;
import java.util.Map;

/** What every program answers: is it alive, is it ready, how is it doing. */
final class StandardRoutes {
    private StandardRoutes() {}

    static List<Route> of(Readiness readiness, PrometheusMetrics metrics) {
        return List.of(
                new Route("/health/live", request -> Response.json(json -> {
                                    json.writeStartObject();
                                    json.writeStringField("status", "up");
                                    json.writeEndObject();
                                })
                                .withoutTag())
                        .openToAll(),
                new Route("/health/ready", request -> ready(readiness)).openToAll(),
                new Route("/metrics", request -> Response.text(PrometheusMetrics.CONTENT_TYPE, metrics.scrape())));
    }

    private static Response ready(Readiness readiness) {
        List<String> reasons = readiness.reasonsNotReady();
        Response response = Response.json(reasons.isEmpty() ? 200 : 503, json -> {
            json.writeStartObject();
            json.writeStringField("status", reasons.isEmpty() ? "ready" : "not_ready");
            json.writeArrayFieldStart("reasons");
            for (String reason : reasons.isEmpty() ? readiness.amiss() : reasons) {
                json.writeString(reason);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
        return reasons.isEmpty() ? response.withoutTag() : response.with(Map.of("Retry-After", "1"));
    }
}
