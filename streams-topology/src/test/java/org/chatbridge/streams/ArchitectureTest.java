package org.chatbridge.streams;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.chatbridge.streams", "org.chatbridge.program");

    @Test
    void shouldKeepFoldsFreeOfKafkaAndOfHttp() {
        classes()
                .that()
                .haveNameMatching(
                        ".*\\.(\\w+Fold|\\w+View|ChatFacts|ChatDraft|ChatUsers|KnownUsers|UserChanges|Messages"
                                + "|SeenMarks|EventCandidates|Ended|PersonInChats|StatusTimes|MinuteCount|ChatCount|Runs|Resyncs|Stamps|Upstream)(\\$.*)?")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "org.chatbridge.avro",
                        "org.chatbridge.avro.view",
                        "org.apache.avro..",
                        "org.chatbridge.schema",
                        "org.chatbridge.streams",
                        "org.chatbridge.streams.state")
                .check(OURS);
    }

    @Test
    void shouldKeepTheHttpServerInItsRoom() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.JavalinServer(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.javalin..")
                .check(OURS);
        noClasses()
                .that()
                .resideOutsideOfPackage("org.chatbridge.program")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..", "jakarta.servlet..")
                .check(OURS);
    }

    @Test
    void shouldKeepTheProgramFreeOfTheProduct() {
        noClasses()
                .that()
                .resideInAPackage("org.chatbridge.program")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.chatbridge.streams..", "org.chatbridge.schema..", "org.chatbridge.avro..")
                .check(OURS);
    }

    @Test
    void shouldTakeTimeFromAClock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(OURS);
    }

    @Test
    void shouldLeaveExitCodesToMain() {
        noClasses()
                .that()
                .haveNameNotMatching(".*(Main|Termination)") // the latter: 0, where the process is told to end
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(OURS);
    }
}
