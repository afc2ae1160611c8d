package org.chatbridge.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

class PrivilegesTest {
    private static final String REMEDY = "; grant that to the user it logs in as, deploy/kafka has all that it needs";

    @Test
    void shouldNameAllThatIsMissingInOneLine() {
        Privileges privileges = new Privileges();
        assertThatCode(() -> privileges.refuse("the bridge")).doesNotThrowAnyException();

        for (String topic : new String[] {"d", "b", "a", "c"}) {
            privileges.lacks(AclOperation.WRITE, "topic", topic);
        }
        privileges.lacks(AclOperation.READ, "group", "g");

        assertThatThrownBy(() -> privileges.refuse("the bridge"))
                .isInstanceOf(Privileges.NotAllowedException.class)
                .hasMessage(
                        "Kafka does not allow the bridge READ on group g; WRITE on topic a, b, c and 1 more" + REMEDY);
    }

    @Test
    void shouldNameWhatWasRefused() {
        assertThat(missing(new ExecutionException(new TopicAuthorizationException(Set.of("t")))))
                .isEqualTo("Kafka does not allow the views WRITE on topic t" + REMEDY);
        assertThat(missing(GroupAuthorizationException.forGroupId("g")))
                .isEqualTo("Kafka does not allow the views READ on group g" + REMEDY);
        assertThat(missing(new TransactionalIdAuthorizationException("no")))
                .isEqualTo("Kafka does not allow the views WRITE on transactional id tx" + REMEDY);
        assertThat(missing(new SaslAuthenticationException("wrong password")))
                .isEqualTo(
                        "Kafka does not let the views in (wrong password): are user, password and certificates right?");
        assertThat(missing(new TimeoutException("away"))).isEqualTo("something else");
    }

    private static String missing(Throwable failure) {
        return Privileges.missing("the views", failure, "WRITE", "tx").orElse("something else");
    }
}
