package org.chatbridge.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.chatbridge.avro.ChatScopesUpdated;
import org.chatbridge.avro.Scopes;
import org.chatbridge.avro.view.ScopesOfChat;
import org.chatbridge.streams.state.ScopeChange;
import org.chatbridge.streams.state.ScopeFacts;
import org.chatbridge.streams.state.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * Folds what is told of who may see a chat (PROTOCOL 2.11): the scopes as an announcement or a later version's push tells
 * them as a whole, and what was added and removed since.
 */
final class ScopeFold {
    private static final String GROUP = "group";
    private static final String AGENT = "agent";

    private ScopeFold() {}

    static ScopeFacts none() {
        return new ScopeFacts(null, List.of(), List.of(), List.of());
    }

    /**
     * What an announcement tells. An empty object is everybody up to 0.x; from 3.0 on group 0 is (PROTOCOL 3.7).
     *
     * @param ofChat null where it is not told
     * @param ofThread counts where the chat's is not told: later pushes tell of the two apart (PROTOCOL 2.11), and a thread may keep
     *     what its chat has lost
     */
    static ScopeFacts announced(ScopeFacts facts, Stamp at, @Nullable Scopes ofChat, @Nullable Scopes ofThread) {
        Scopes told = ofChat == null ? ofThread : ofChat;
        return told == null
                ? facts
                : set(facts, at, List.copyOf(new TreeSet<>(groups(told))), List.copyOf(new TreeSet<>(agents(told))));
    }

    private static ScopeFacts set(ScopeFacts facts, Stamp at, List<Long> groups, List<String> agents) {
        return Stamps.isAfter(at, facts.getSetAt())
                ? new ScopeFacts(at, groups, agents, since(at, facts.getChanges()))
                : facts;
    }

    /** Whether a push tells of a thread, by whose id it is keyed, and not of a chat. */
    static boolean isOfThread(ChatScopesUpdated push) {
        return "thread".equals(push.getResource());
    }

    static ScopeFacts updated(ScopeFacts facts, ChatScopesUpdated push) {
        Stamp at = Stamps.of(push.getPush());
        Scopes access = push.getAccess();
        String action = push.getPush().getAction();
        List<ScopeChange> changes = new ArrayList<>();
        if (access != null) {
            if (action.contains("granted")) {
                add(access, true, at, changes);
            } else if (action.contains("revoked")) {
                add(access, false, at, changes);
            } else {
                return announced(facts, at, access, null);
            }
        }
        add(push.getScopesRemoved(), false, at, changes);
        add(push.getScopesAdded(), true, at, changes);
        return new ScopeFacts(
                facts.getSetAt(),
                facts.getGroups(),
                facts.getAgents(),
                since(facts.getSetAt(), merged(facts.getChanges(), changes)));
    }

    private static void add(@Nullable Scopes scopes, boolean added, Stamp at, List<ScopeChange> changes) {
        if (scopes != null) {
            groups(scopes).forEach(id -> changes.add(new ScopeChange(GROUP, Long.toString(id), added, at)));
            agents(scopes).forEach(id -> changes.add(new ScopeChange(AGENT, id, added, at)));
        }
    }

    private static List<ScopeChange> merged(List<ScopeChange> known, List<ScopeChange> more) {
        Map<String, ScopeChange> last = new TreeMap<>();
        for (List<ScopeChange> changes : List.of(known, more)) {
            for (ScopeChange change : changes) {
                last.merge(
                        change.getKind() + " " + change.getId(),
                        change,
                        (one, other) -> Stamps.isAfter(one.getAt(), other.getAt()) ? one : other);
            }
        }
        return List.copyOf(last.values());
    }

    private static List<ScopeChange> since(@Nullable Stamp setAt, List<ScopeChange> changes) {
        return changes.stream()
                .filter(change -> Stamps.isAfter(change.getAt(), setAt))
                .toList();
    }

    /** Who may see it. */
    static ScopesOfChat row(ScopeFacts facts) {
        TreeSet<Long> groups = new TreeSet<>(facts.getGroups());
        TreeSet<String> agents = new TreeSet<>(facts.getAgents());
        for (ScopeChange change : facts.getChanges()) {
            if (change.getKind().equals(AGENT)) {
                put(change.getId(), change.getAdded(), agents);
            } else {
                put(Long.valueOf(change.getId()), change.getAdded(), groups);
            }
        }
        return new ScopesOfChat(List.copyOf(groups), List.copyOf(agents));
    }

    private static <T> void put(T id, boolean added, Set<T> ids) {
        if (added) {
            ids.add(id);
        } else {
            ids.remove(id);
        }
    }

    private static List<Long> groups(Scopes scopes) {
        return scopes.getGroups() == null ? List.of() : scopes.getGroups();
    }

    private static List<String> agents(Scopes scopes) {
        return scopes.getAgents() == null ? List.of() : scopes.getAgents();
    }
}
