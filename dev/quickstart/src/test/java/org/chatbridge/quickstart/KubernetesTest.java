package org.chatbridge.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests for Kubernetes are what Kubernetes knows, fit each other, and fit the images. */
@SuppressWarnings("NullAway.Init") // read before each test
class KubernetesTest {
    private static final List<String> PROGRAMS = List.of("bridge", "views");

    private Manifests manifests;

    @BeforeEach
    void read() throws IOException {
        manifests = Manifests.in(Manifests.DIRECTORY);
    }

    @Test
    void shouldRefuseWhatKubernetesDoesNotKnow() throws Exception {
        String right = Files.readString(Manifests.DIRECTORY.resolve("views.yaml"));

        assertThat(Manifests.parse(right)).hasSize(4);
        assertThatThrownBy(() -> Manifests.parse(right.replace("nodeTaintsPolicy", "nodeTaintPolicy")))
                .hasMessageContaining("nodeTaintPolicy");
        assertThatThrownBy(() -> Manifests.parse(right.replace("minReadySeconds: 60", "replicas: 60")))
                .hasMessageContaining("replicas");
        assertThatThrownBy(() -> Manifests.parse(right.replace("policy/v1", "policy/v1beta1")))
                .hasMessageContaining("policy/v1beta1");
    }

    @Test
    void shouldLeaveNoFileOut() throws Exception {
        for (Path directory : List.of(Manifests.DIRECTORY, Manifests.MONITORING)) {
            assertThat(files(directory, ".yaml"))
                    .containsExactlyInAnyOrderElementsOf(with(Manifests.resources(directory), "kustomization.yaml"));
        }
        assertThat(generated()).containsExactlyInAnyOrderElementsOf(files(Manifests.DIRECTORY, ".properties"));
        assertThat(Manifests.in(Manifests.MONITORING).all(ServiceMonitor.class)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "views"})
    void shouldSelectThePodsOfThatProgramAlone(String program) {
        StatefulSet set = manifests.one(StatefulSet.class, program);
        PodDisruptionBudget budget = manifests.one(PodDisruptionBudget.class, program);
        Service named = manifests.one(Service.class, set.getSpec().getServiceName());
        Service asked = manifests.one(Service.class, program);

        assertThat(selected(set.getSpec().getSelector())).containsExactly(program);
        assertThat(selected(budget.getSpec().getSelector())).containsExactly(program);
        assertThat(budget.getSpec().getMaxUnavailable()).isEqualTo(new IntOrString(1));
        for (Service service : List.of(named, asked)) {
            assertThat(selected(new LabelSelector(List.of(), service.getSpec().getSelector())))
                    .containsExactly(program);
            assertThat(service.getSpec().getPorts()).allSatisfy(port -> {
                assertThat(port.getPort()).isEqualTo(port(set).getContainerPort());
                assertThat(port.getTargetPort())
                        .isEqualTo(new IntOrString(port(set).getName()));
            });
        }
        assertThat(named.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(named.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(pod(set).getTopologySpreadConstraints()).hasSize(2).allSatisfy(constraint -> assertThat(
                        selected(constraint.getLabelSelector()))
                .containsExactly(program));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "views"})
    void shouldRunTheImageThatIsBuilt(String program) throws Exception {
        StatefulSet set = manifests.one(StatefulSet.class, program);
        Container container = container(set);
        String image = Manifests.image(program);
        long user = Long.parseLong(found("useradd .*--uid (\\d+)", image));

        assertThat(container.getImage()).isEqualTo("chatbridge/" + program);
        assertThat(images())
                .contains("chatbridge/" + program + ":"
                        + found(
                                "<version>([0-9.]+)(?:-SNAPSHOT)?</version>",
                                Files.readString(Manifests.ROOT.resolve("pom.xml"))));
        assertThat(port(set).getContainerPort())
                .hasToString(found("(?m)^EXPOSE (\\d+)$", image))
                .hasToString(found("_HTTP_LISTEN=0\\.0\\.0\\.0:(\\d+)", image));
        assertThat(pod(set).getSecurityContext().getRunAsUser()).isEqualTo(user);
        assertThat(pod(set).getSecurityContext().getFsGroup()).isEqualTo(user);
        assertThat(pod(set).getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getCommand()).as("the image's own").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "views"})
    void shouldKeepWhatTheProgramWritesOnAVolumeOfThatPod(String program) throws Exception {
        StatefulSet set = manifests.one(StatefulSet.class, program);
        String kept =
                set.getSpec().getVolumeClaimTemplates().get(0).getMetadata().getName();

        assertThat(mount(set, found("(?m)^VOLUME (\\S+)$", Manifests.image(program)))
                        .getName())
                .isEqualTo(kept);
        assertThat(volume(set, mount(set, "/tmp").getName()).getEmptyDir()).isNotNull();
        assertThat(container(set).getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        with(pod(set).getVolumes().stream().map(Volume::getName).toList(), kept));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "views"})
    void shouldFindSettingsAndSecretsWhereTheyAreMounted(String program) throws Exception {
        StatefulSet set = manifests.one(StatefulSet.class, program);
        List<String> arguments = container(set).getArgs();
        String config = arguments.get(arguments.indexOf("--config") + 1);
        String directory = config.substring(0, config.lastIndexOf('/'));
        List<VolumeProjection> sources =
                volume(set, mount(set, directory).getName()).getProjected().getSources();

        assertThat(config).isEqualTo(directory + "/" + program + ".properties");
        assertThat(sources.get(0).getConfigMap().getName()).isEqualTo(program);
        assertThat(generated()).contains(program + ".properties");
        assertThat(sources.get(1).getSecret().getName()).isEqualTo(program);
        assertThat(found("create secret generic " + program + " --from-file=([^=\\s]+)=", readme()))
                .isEqualTo("secrets.properties");
        assertThat(secretsIn(Files.readString(Manifests.DIRECTORY.resolve(program + ".properties"))))
                .isNotEmpty()
                .containsOnly(directory + "/secrets.properties");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridge", "views"})
    void shouldAskForHealthWhereItIsTold(String program) {
        StatefulSet set = manifests.one(StatefulSet.class, program);
        Container container = container(set);
        IntOrString port = new IntOrString(port(set).getName());

        assertThat(Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                        .map(Probe::getHttpGet))
                .allSatisfy(probe -> assertThat(probe.getPort()).isEqualTo(port))
                .extracting(probe -> probe.getPath())
                .containsExactly("/health/live", "/health/live", "/health/ready");
    }

    @Test
    void shouldHaveOneBridgeWaitForTheOther() throws Exception {
        StatefulSet set = manifests.one(StatefulSet.class, "bridge");

        assertThat(set.getSpec().getReplicas()).isEqualTo(2);
        assertThat(Manifests.settings("bridge").getProperty("bridge.group")).isNotBlank();
        assertThat(set.getSpec().getUpdateStrategy())
                .as("one after the other, the default")
                .isNull();
    }

    @Test
    void shouldHaveRoomForAFullJournal() throws Exception {
        String size = found("`journal.max.bytes` \\| `(\\d+)`", readme());
        Map<String, Quantity> room = manifests
                .one(StatefulSet.class, "bridge")
                .getSpec()
                .getVolumeClaimTemplates()
                .get(0)
                .getSpec()
                .getResources()
                .getRequests();

        assertThat(Manifests.settings("bridge")).doesNotContainKey("journal.max.bytes");
        assertThat(room).hasEntrySatisfying("storage", storage -> assertThat(
                        storage.getNumericalAmount().longValue())
                .isGreaterThan(Long.parseLong(size) * 11 / 10));
    }

    @Test
    void shouldLetOnlyThoseInWhoMayAsk() {
        NetworkPolicy policy = manifests.one(NetworkPolicy.class, "chatbridge");

        assertThat(selected(policy.getSpec().getPodSelector())).containsExactlyElementsOf(PROGRAMS);
        assertThat(policy.getSpec().getIngress()).singleElement().satisfies(rule -> {
            assertThat(rule.getFrom()).hasSize(2);
            assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getStrVal())
                    .allSatisfy(name -> assertThat(manifests.all(StatefulSet.class))
                            .allSatisfy(set -> assertThat(port(set).getName()).isEqualTo(name)));
        });
    }

    @Test
    void shouldHavePrometheusFindEachPodOnceUnderTheNameOfItsJob() throws Exception {
        ServiceMonitor monitor = Manifests.in(Manifests.MONITORING).one(ServiceMonitor.class, "chatbridge");
        List<Service> found = manifests.all(Service.class).stream()
                .filter(service -> matches(
                        monitor.getSpec().getSelector(), service.getMetadata().getLabels()))
                .toList();
        List<String> jobs = new ArrayList<>();
        Manifests.tree(Manifests.ROOT.resolve("deploy/prometheus/prometheus.yml"))
                .path("scrape_configs")
                .forEach(job -> jobs.add(job.path("job_name").asText()));

        assertThat(found)
                .extracting(service ->
                        service.getMetadata().getLabels().get(monitor.getSpec().getJobLabel()))
                .containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(found)
                .flatExtracting(service ->
                        selected(new LabelSelector(List.of(), service.getSpec().getSelector())))
                .containsExactlyInAnyOrderElementsOf(jobs);
        assertThat(monitor.getSpec().getEndpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.getPath()).isEqualTo("/metrics");
            assertThat(found).allSatisfy(service -> assertThat(
                            service.getSpec().getPorts().get(0).getName())
                    .isEqualTo(endpoint.getPort()));
        });
    }

    @Test
    void shouldAlertByTheRulesOfPrometheus() throws Exception {
        JsonNode made = Manifests.tree(Manifests.MONITORING.resolve("prometheus-rule.yaml"));

        assertThat(made.path("spec"))
                .as("run deploy/kubernetes/monitoring/prometheus-rule.sh")
                .isEqualTo(Manifests.tree(Manifests.ROOT.resolve("deploy/prometheus/alerts.yml")));
    }

    /** Programs whose pods a selector matches. */
    private List<String> selected(LabelSelector selector) {
        return manifests.all(StatefulSet.class).stream()
                .filter(set -> matches(
                        selector, set.getSpec().getTemplate().getMetadata().getLabels()))
                .map(HasMetadata::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
    }

    private static boolean matches(LabelSelector selector, Map<String, String> labels) {
        assertThat(selector.getMatchLabels().size()
                        + selector.getMatchExpressions().size())
                .as("an empty selector matches everything")
                .isPositive();
        Predicate<LabelSelectorRequirement> in = expression -> {
            assertThat(expression.getOperator()).isEqualTo("In");
            return expression.getValues().contains(labels.getOrDefault(expression.getKey(), ""));
        };
        return labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
                && selector.getMatchExpressions().stream().allMatch(in);
    }

    private static PodSpec pod(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec();
    }

    private static Container container(StatefulSet set) {
        assertThat(pod(set).getContainers()).hasSize(1);
        return pod(set).getContainers().get(0);
    }

    private static ContainerPort port(StatefulSet set) {
        assertThat(container(set).getPorts()).hasSize(1);
        return container(set).getPorts().get(0);
    }

    private static VolumeMount mount(StatefulSet set, String path) {
        return container(set).getVolumeMounts().stream()
                .filter(mount -> mount.getMountPath().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted at " + path));
    }

    private static Volume volume(StatefulSet set, String name) {
        return pod(set).getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no volume " + name));
    }

    /** Files that the ConfigMaps are made of. */
    private static List<String> generated() throws IOException {
        List<String> files = new ArrayList<>();
        Manifests.tree(Manifests.DIRECTORY.resolve("kustomization.yaml"))
                .path("configMapGenerator")
                .forEach(map -> {
                    assertThat(map.path("files")).hasSize(1);
                    assertThat(map.path("files").path(0).asText())
                            .isEqualTo(map.path("name").asText() + ".properties");
                    files.add(map.path("files").path(0).asText());
                });
        return files;
    }

    private static List<String> images() throws IOException {
        List<String> images = new ArrayList<>();
        Manifests.tree(Manifests.DIRECTORY.resolve("kustomization.yaml"))
                .path("images")
                .forEach(image -> images.add(
                        image.path("name").asText() + ":" + image.path("newTag").asText()));
        return images;
    }

    private static Set<String> secretsIn(String settings) {
        Set<String> paths = new TreeSet<>();
        Matcher reference = Pattern.compile("\\$\\{file:([^:}]+):").matcher(settings);
        while (reference.find()) {
            paths.add(reference.group(1));
        }
        return paths;
    }

    private static String readme() throws IOException {
        return Files.readString(Manifests.ROOT.resolve("README.md"));
    }

    private static String found(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static List<String> with(List<String> some, String another) {
        return Stream.concat(some.stream(), Stream.of(another)).toList();
    }

    private static List<String> files(Path directory, String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending))
                    .toList();
        }
    }
}
