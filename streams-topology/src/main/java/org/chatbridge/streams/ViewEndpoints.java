package org.chatbridge.streams;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.chatbridge.avro.Gap;
import org.chatbridge.program.HttpProblem;
import org.chatbridge.program.Json;
import org.chatbridge.program.Request;
import org.chatbridge.streams.Endpoint.Parameter;
import org.chatbridge.streams.state.AgentStatus;

/** What can be asked about the views. */
final class ViewEndpoints {
    private static final String STRING = "{\"type\":\"string\"}";
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final Parameter LIMIT = Parameter.query(
            Paging.LIMIT,
            "{\"type\":\"integer\",\"minimum\":1,\"maximum\":" + Paging.MOST + ",\"default\":" + Paging.DEFAULT_LIMIT
                    + "}",
            "Most rows of the answer.");
    private static final Parameter CURSOR = Parameter.query(Paging.CURSOR, STRING, "next_cursor of the page before.");

    private final ViewResource<AgentStatus, AgentStatus> agents;
    private final ViewResource<?, OpenThread> threads;
    private final ViewResource<Gap, Gap> gaps;
    private final Clock clock;

    ViewEndpoints(
            ViewResource<AgentStatus, AgentStatus> agents,
            ViewResource<?, OpenThread> threads,
            ViewResource<Gap, Gap> gaps,
            Clock clock) {
        this.agents = agents;
        this.threads = threads;
        this.gaps = gaps;
        this.clock = clock;
    }

    List<Endpoint> all() {
        return List.of(
                new Endpoint(
                        "/v1/agents",
                        "Every agent of whom a routing status is known, by agent id.",
                        List.of(LIMIT, CURSOR),
                        "AgentList",
                        Json.CONTENT_TYPE,
                        List.of(400, 503),
                        request -> agents.page(request, any -> true)),
                new Endpoint(
                        "/v1/agents/{agent_id}",
                        "One agent.",
                        List.of(Parameter.path("agent_id", "Id of the agent.")),
                        "AgentRow",
                        Json.CONTENT_TYPE,
                        List.of(400, 404, 421, 503),
                        request -> agents.one(request.pathParameter("agent_id"))),
                new Endpoint(
                        "/v1/threads",
                        "The open thread of every chat that has one, by chat id.",
                        List.of(
                                Parameter.query(
                                        "status",
                                        "{\"type\":\"string\",\"enum\":[\"open\"],\"default\":\"open\"}",
                                        "Only open threads are kept."),
                                Parameter.query("agent_id", STRING, "Only threads that this agent is in."),
                                Parameter.query(
                                        "group_id",
                                        "{\"type\":\"integer\",\"format\":\"int64\"}",
                                        "Only threads that name this group among those that may see them."),
                                Parameter.query(
                                        "older_than",
                                        "{\"type\":\"string\",\"format\":\"duration\"}",
                                        "Only threads opened at least that long ago, in ISO 8601 such as PT5M."),
                                LIMIT,
                                CURSOR),
                        "ThreadList",
                        Json.CONTENT_TYPE,
                        List.of(400, 503),
                        request -> threads.page(request, filter(request))),
                new Endpoint(
                        "/v1/gaps",
                        "Every stretch of time in which the bridge could not see LiveChat, the oldest first.",
                        List.of(LIMIT, CURSOR),
                        "GapList",
                        Json.CONTENT_TYPE,
                        List.of(400, 503),
                        request -> gaps.page(request, any -> true)),
                new Endpoint(
                        "/v1/gaps/{connection_id}",
                        "The gap after one connection.",
                        List.of(Parameter.path("connection_id", "Id of the connection that was lost.")),
                        "GapRow",
                        Json.CONTENT_TYPE,
                        List.of(400, 404, 421, 503),
                        request -> gaps.one(request.pathParameter("connection_id"))));
    }

    private Predicate<OpenThread> filter(Request request) {
        if (!request.queryParameter("status").orElse("open").equals("open")) {
            throw HttpProblem.badParameter("status", "expected open; no other threads are kept");
        }
        Optional<String> agentId = request.queryParameter("agent_id");
        Optional<Long> groupId = request.queryParameter("group_id").map(ViewEndpoints::wholeNumber);
        Optional<Instant> openedBy =
                request.queryParameter("older_than").map(age -> clock.instant().minus(duration(age)));
        return thread -> agentId.stream().allMatch(thread.agentIds()::contains)
                && groupId.stream().allMatch(thread.groupIds()::contains)
                && openedBy.stream().noneMatch(thread.openedAt()::isAfter);
    }

    private static long wholeNumber(String text) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw HttpProblem.badParameter("group_id", "expected a whole number");
        }
        return Long.parseLong(text);
    }

    private static Duration duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative() && duration.toDays() < 36_500) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // The answer says what is expected.
        }
        throw HttpProblem.badParameter("older_than", "expected a duration in ISO 8601, such as PT5M");
    }
}
