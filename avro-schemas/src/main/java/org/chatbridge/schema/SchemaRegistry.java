package org.chatbridge.schema;

import java.io.Closeable;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.ParsedSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.SchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;

/**
 * A Confluent-compatible schema registry: the one place that knows its client.
 *
 * <p>Safe for use by several threads; every call may block on the network, except {@link #register} of what was registered before.
 */
public final class SchemaRegistry implements Closeable {
    /** Both directions, against all earlier versions: old readers read new records and new readers old ones. */
    public static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private static final int CACHED_SCHEMAS = 1000;
    private static final int NOT_FOUND = 404;

    /** Of the registry's own codes for what it does not have, such as 40403, and of those of registries that have none of their own. */
    private static final int CODES_OF_STATUS = 100;

    /** What the client takes for the id where an answer has none is below it; records with that could be read by nobody. */
    private static final int FIRST_ID = 1;

    private static final Set<Integer> NOT_LET_IN = Set.of(401, 403);

    /**
     * With which a registry refuses for good. All else a gateway may say in its place, also that there is no such path, which every
     * registry has.
     */
    private static final Set<Integer> REFUSED = Set.of(400, 401, 403, 409, 422);

    /** It reads some of its settings by their names, those of TLS only with this before them. */
    private static final String CLIENT_PREFIX = "schema.registry.";

    /**
     * What the client leaves open: it takes a certificate of any host as soon as anything is set, and waits without end for an
     * answer as long as nothing is.
     */
    private static final Map<String, String> DEFAULTS = Map.of(
            CLIENT_PREFIX + "ssl.endpoint.identification.algorithm",
            "https",
            "http.connect.timeout.ms",
            "5000",
            "http.read.timeout.ms",
            "10000");

    private static final String IN_THIS_PROCESS = "mock:";

    /** In a URL: a name and a password, which nobody may see. */
    private static final Pattern USER_INFO = Pattern.compile("//[^/?#\\s]*@");

    private final String urls;
    private final SchemaRegistryClient client;
    private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();

    /**
     * Schemas of one type. The client says the same of a schema that it cannot parse as of a connection that broke; here such a one is a
     * record of no program's, {@code unparsable.JSON}. An answer without a schema, or whose parts cannot be had now, stays a failure.
     */
    private static final class OfType extends AvroSchemaProvider {
        private final String type;

        OfType(String type) {
            this.type = type;
        }

        @Override
        public String schemaType() {
            return type;
        }

        @Override
        public Optional<ParsedSchema> parseSchema(
                org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities
                                .Schema
                        answer,
                boolean isNew,
                boolean normalize) {
            if (answer.getSchema() == null) {
                return Optional.empty();
            }
            if (type.equals(super.schemaType())) {
                Optional<ParsedSchema> parsed = super.parseSchema(answer, isNew, normalize);
                if (parsed.isPresent() || !answer.getReferences().isEmpty()) {
                    return parsed;
                }
            }
            return Optional.of(unparsable());
        }

        private AvroSchema unparsable() {
            return new AvroSchema(Schema.createRecord(type, null, "unparsable", false, List.of())
                    .toString());
        }
    }

    private record Registered(String subject, Schema schema) {}

    /**
     * @param urls one or more URLs with commas between them; {@code mock://name} keeps the schemas in this process
     * @param settings Confluent's client settings without their prefix, such as {@code basic.auth.user.info}
     * @throws SchemaRegistryException where they cannot be used, such as a file of certificates that is not there
     */
    public SchemaRegistry(String urls, Map<String, String> settings) {
        this.urls = urls;
        Map<String, String> all = new HashMap<>(settings);
        settings.forEach((name, value) -> all.put(CLIENT_PREFIX + name, value));
        DEFAULTS.forEach(all::putIfAbsent);
        try {
            this.client = SchemaRegistryClientFactory.newClient(
                    Arrays.stream(urls.split(",", -1)).map(String::strip).toList(),
                    CACHED_SCHEMAS,
                    Stream.of("AVRO", "JSON", "PROTOBUF")
                            .<SchemaProvider>map(OfType::new)
                            .toList(),
                    all,
                    Map.of());
        } catch (RuntimeException e) {
            throw new SchemaRegistryException(
                    "schema.registry.*: the client cannot use what is set: " + root(e), false, false, e);
        }
    }

    /**
     * Registers a schema under a subject whose compatibility is set to {@link #COMPATIBILITY} first; where that was done before, nothing
     * is asked.
     *
     * @return the id of the schema in this registry
     * @throws SchemaRegistryException where the registry does not answer or refuses, an incompatible schema included
     */
    public int register(String subject, Schema schema) {
        Registered key = new Registered(subject, schema);
        Integer known = ids.get(key);
        if (known == null) {
            known = registerNow(subject, schema);
            ids.put(key, known);
        }
        return known;
    }

    /**
     * Registers a schema that was registered before again where the registry does not have it any more, as after it was emptied or
     * another has taken its place.
     *
     * @return its id in the registry as it is now
     * @throws SchemaRegistryException as {@link #register}
     */
    public int registerAgain(String subject, Schema schema) {
        forgetAnswers();
        int id = idNow(subject, new AvroSchema(schema.toString())).orElseGet(() -> registerNow(subject, schema));
        ids.put(new Registered(subject, schema), id);
        return id;
    }

    /** What the client remembers is what is in question; one that keeps the schemas in this process has nothing else. */
    private void forgetAnswers() {
        if (!urls.startsWith(IN_THIS_PROCESS)) {
            client.reset();
        }
    }

    private OptionalInt idNow(String subject, AvroSchema schema) {
        try {
            return OptionalInt.of(client.getId(subject, schema));
        } catch (IOException | RuntimeException e) { // the latter where its answer has no id
            throw failure("ask for the schema under " + subject, e);
        } catch (RestClientException e) {
            if (saysThatItHasNone(e)) {
                return OptionalInt.empty();
            }
            throw failure("ask for the schema under " + subject, e);
        }
    }

    private int registerNow(String subject, Schema schema) {
        AvroSchema registered = new AvroSchema(schema.toString());
        try {
            client.updateCompatibility(subject, COMPATIBILITY);
            int id = client.register(subject, registered);
            if (id < FIRST_ID) {
                client.reset(); // or it would remember it
                throw new IOException("its answer names no id");
            }
            return id;
        } catch (IOException | RuntimeException e) {
            throw failure("register a schema under " + subject, e);
        } catch (RestClientException e) {
            // Of two that register the same at the same time one may be refused: then it is there.
            return idOf(subject, registered).orElseThrow(() -> failure("register a schema under " + subject, e));
        }
    }

    private OptionalInt idOf(String subject, AvroSchema schema) {
        try {
            return idNow(subject, schema);
        } catch (SchemaRegistryException e) {
            return OptionalInt.empty(); // what was refused first says more
        }
    }

    /**
     * The same as {@link #byId}, from the registry as it is now, where it may have given an id anew.
     *
     * @throws SchemaRegistryException as {@link #byId}
     */
    Schema byIdNow(int id) {
        forgetAnswers();
        return byId(id);
    }

    /**
     * The schema with an id; of one that is no Avro, or none that can be parsed, a record without fields, {@code unparsable.JSON}.
     *
     * @throws SchemaRegistryException where the registry does not answer or knows no such id
     */
    public Schema byId(int id) {
        try {
            return new Schema.Parser().parse(client.getSchemaById(id).canonicalString());
        } catch (IOException | RestClientException e) {
            throw failure("get the schema with id " + id, e);
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            throw failure("close the connection", e);
        }
    }

    private SchemaRegistryException failure(String attempt, Exception e) {
        boolean isTransient = !(e instanceof RestClientException refused) || !REFUSED.contains(refused.getStatus());
        return new SchemaRegistryException(
                USER_INFO
                        .matcher("schema.registry.url=" + urls + ": cannot " + attempt + ": " + inWords(e))
                        .replaceAll("//…@"),
                isTransient,
                e instanceof RestClientException answer && saysThatItHasNone(answer),
                e);
    }

    /** Not so where a gateway before it knows no way to it, or answers with a page of its own. */
    private static boolean saysThatItHasNone(RestClientException answer) {
        int code = answer.getErrorCode();
        return answer.getStatus() == NOT_FOUND && (code == NOT_FOUND || code / CODES_OF_STATUS == NOT_FOUND);
    }

    private static String inWords(Exception e) {
        if (e instanceof RestClientException refused && NOT_LET_IN.contains(refused.getStatus())) {
            return "it does not let this program in (HTTP " + refused.getStatus()
                    + "); correct schema.registry.basic.auth.user.info, or what else it asks for";
        }
        if (root(e) instanceof CertificateException wrong
                && String.valueOf(wrong.getMessage()).startsWith("No ")) {
            return "its certificate does not name the host of schema.registry.url (" + wrong.getMessage() + ")";
        }
        return root(e) instanceof CertPathBuilderException
                ? "its certificate is not signed by anybody whom this program trusts; put that of who signed it into"
                        + " schema.registry.ssl.truststore.location"
                : e.toString();
    }

    private static Throwable root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
