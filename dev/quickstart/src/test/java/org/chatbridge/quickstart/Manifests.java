package org.chatbridge.quickstart;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is under {@code deploy/kubernetes}; a member that Kubernetes does not know, or one told twice, is an error. */
final class Manifests {
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    static final Path DIRECTORY = ROOT.resolve("deploy/kubernetes");
    static final Path MONITORING = DIRECTORY.resolve("monitoring");

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Stream.of(
                    StatefulSet.class,
                    Service.class,
                    PodDisruptionBudget.class,
                    NetworkPolicy.class,
                    ServiceMonitor.class,
                    PrometheusRule.class)
            .collect(Collectors.toMap(
                    kind -> HasMetadata.getApiVersion(kind) + " " + HasMetadata.getKind(kind), kind -> kind));

    private static final ObjectMapper YAML = new YAMLMapper()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                /** The classes keep what they do not know; here it is a mistake. */
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private final List<HasMetadata> objects;

    private Manifests(List<HasMetadata> objects) {
        this.objects = objects;
    }

    /** Of a directory with a {@code kustomization.yaml}, those that it names. */
    static Manifests in(Path directory) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        for (String file : resources(directory)) {
            objects.addAll(parse(Files.readString(directory.resolve(file))));
        }
        return new Manifests(objects);
    }

    static List<HasMetadata> parse(String yaml) throws IOException {
        List<HasMetadata> objects = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                String kind = document.path("apiVersion").asText() + " "
                        + document.path("kind").asText();
                Class<? extends HasMetadata> type = KINDS.get(kind);
                if (type == null) {
                    throw new IOException("no such kind: " + kind);
                }
                objects.add(YAML.readerFor(type).<HasMetadata>readValue(document));
            }
        }
        return objects;
    }

    static JsonNode tree(Path file) throws IOException {
        return YAML.readTree(file.toFile());
    }

    static List<String> resources(Path directory) throws IOException {
        List<String> files = new ArrayList<>();
        tree(directory.resolve("kustomization.yaml")).path("resources").forEach(file -> files.add(file.asText()));
        return files;
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends HasMetadata> T one(Class<T> kind, String name) {
        return all(kind).stream()
                .filter(object -> object.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " " + name));
    }

    /** The settings in the ConfigMap of that name. */
    static Properties settings(String program) throws IOException {
        Properties properties = new Properties();
        try (var reader = Files.newBufferedReader(DIRECTORY.resolve(program + ".properties"))) {
            properties.load(reader);
        }
        return properties;
    }

    /** One target of the {@code Dockerfile}, with that of the base which it begins from. */
    static String image(String program) throws IOException {
        String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
        return stage(dockerfile, "run") + stage(dockerfile, program);
    }

    private static String stage(String dockerfile, String name) {
        return Stream.of(dockerfile.split("(?m)^(?=FROM )"))
                .filter(stage -> stage.lines().findFirst().orElse("").endsWith(" AS " + name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the Dockerfile has no target " + name));
    }
}
