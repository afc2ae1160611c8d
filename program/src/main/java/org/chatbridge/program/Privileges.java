package org.chatbridge.program;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * What Kafka does not allow a program, gathered and put into words: {@code READ on group g; WRITE on topic a, b}. For one
 * thread.
 *
 * <p>KIP-11 has the privileges, KIP-430 how a client learns which it has.
 */
public final class Privileges {
    private static final int NAMED = 3;

    private final Map<String, Set<String>> lacking = new TreeMap<>();

    /** Whether all that was looked at is allowed. */
    public boolean areComplete() {
        return lacking.isEmpty();
    }

    /**
     * Compares what a program needs of topics with what it has.
     *
     * @param needed by the name of the topic
     * @return those that there are, as far as Kafka shows them
     * @throws KafkaException where Kafka does not answer or refuses
     */
    public Map<String, TopicDescription> lookAtTopics(
            Admin admin, Map<String, Set<AclOperation>> needed, Duration answerWithin) throws InterruptedException {
        Map<String, TopicDescription> there = new TreeMap<>();
        DescribeTopicsOptions options =
                new DescribeTopicsOptions().includeAuthorizedOperations(true).timeoutMs(millis(answerWithin));
        for (Map.Entry<String, KafkaFuture<TopicDescription>> topic :
                admin.describeTopics(needed.keySet(), options).topicNameValues().entrySet()) {
            Set<AclOperation> needs = needed.getOrDefault(topic.getKey(), Set.of());
            try {
                TopicDescription description = get(topic.getValue(), answerWithin);
                there.put(topic.getKey(), description);
                compare("topic", topic.getKey(), description.authorizedOperations(), needs);
            } catch (TopicAuthorizationException e) {
                compare("topic", topic.getKey(), Set.of(), needs);
            } catch (UnknownTopicOrPartitionException e) {
                // is not there
            }
        }
        return there;
    }

    /**
     * Looks whether a program may be a member of a group, as far as Kafka knows the group.
     *
     * @throws KafkaException where Kafka does not answer or refuses
     */
    public void lookAtGroup(Admin admin, String group, Duration answerWithin) throws InterruptedException {
        Set<AclOperation> needs = Set.of(AclOperation.READ);
        DescribeConsumerGroupsOptions options = new DescribeConsumerGroupsOptions()
                .includeAuthorizedOperations(true)
                .timeoutMs(millis(answerWithin));
        for (KafkaFuture<ConsumerGroupDescription> found : admin.describeConsumerGroups(List.of(group), options)
                .describedGroups()
                .values()) {
            try {
                compare("group", group, get(found, answerWithin).authorizedOperations(), needs);
            } catch (GroupAuthorizationException e) {
                compare("group", group, Set.of(), needs);
            } catch (GroupIdNotFoundException e) {
                // is not there
            }
        }
    }

    /** @param has null where Kafka does not tell */
    private void compare(String kind, String name, @Nullable Set<AclOperation> has, Set<AclOperation> needs) {
        if (has != null) {
            needs.stream()
                    .filter(operation -> !has.contains(operation))
                    .forEach(operation -> lacks(operation, kind, name));
        }
    }

    /** Of the call too: a client waits with its end for what it still asks. */
    private static int millis(Duration within) {
        return Math.toIntExact(within.toMillis());
    }

    private static <T> T get(KafkaFuture<T> future, Duration within) throws InterruptedException {
        try {
            return future.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("no answer within " + within.toMillis() + " ms", e);
        }
    }

    /** Something may not be done. */
    public void lacks(AclOperation operation, String kind, String name) {
        lacking.computeIfAbsent(operation + " on " + kind, key -> new TreeSet<>())
                .add(name);
    }

    /**
     * What is missing and what to do, a sentence without its end.
     *
     * @param program who is not allowed it, such as {@code the bridge}
     */
    public String missing(String program) {
        StringBuilder words = new StringBuilder();
        lacking.forEach(
                (what, names) -> words.append(words.isEmpty() ? "" : "; ").append(what + " " + some(names)));
        return missing(program, words.toString());
    }

    /**
     * The same of what Kafka refused.
     *
     * @param operation what it was, where a topic is concerned, such as {@code WRITE}
     * @param transactionalId the one that was written with; empty where none was
     * @return empty where the failure is about something else
     */
    public static Optional<String> missing(
            String program, Throwable failure, String operation, String transactionalId) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotAllowedException own) {
                return Optional.of(own.message());
            }
            if (cause instanceof TopicAuthorizationException topics) {
                return Optional.of(missing(program, operation + " on topic " + some(topics.unauthorizedTopics())));
            }
            if (cause instanceof GroupAuthorizationException group) {
                return Optional.of(missing(program, "READ on group " + group.groupId()));
            }
            if (cause instanceof TransactionalIdAuthorizationException) {
                return Optional.of(missing(program, "WRITE on transactional id " + transactionalId));
            }
            if (cause instanceof ClusterAuthorizationException) {
                return Optional.of(missing(program, "what it asked of the cluster (" + cause.getMessage() + ")"));
            }
            if (cause instanceof AuthenticationException) {
                return Optional.of("Kafka does not let " + program + " in (" + cause.getMessage()
                        + "): are user, password and certificates right?");
            }
        }
        return Optional.empty();
    }

    /**
     * For where something is missing.
     *
     * @throws NotAllowedException which is Kafka's own, with what is missing for its message
     */
    public void refuse(String program) {
        if (!areComplete()) {
            throw new NotAllowedException(missing(program));
        }
    }

    /** Kafka would not allow what was to follow; the message names what it does not. */
    public static final class NotAllowedException extends AuthorizationException {
        private static final long serialVersionUID = 1;

        NotAllowedException(String message) {
            super(message);
        }

        String message() {
            return String.valueOf(getMessage());
        }
    }

    private static String missing(String program, String what) {
        return "Kafka does not allow " + program + " " + what
                + "; grant that to the user it logs in as, deploy/kafka has all that it needs";
    }

    private static String some(Collection<String> names) {
        List<String> first = names.stream().limit(NAMED).toList();
        return String.join(", ", first) + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }
}
