package org.chatbridge.quickstart;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What depends on what, and which class alone knows a library. */
class HouseRulesTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.chatbridge");

    private static final String BRIDGE = "org.chatbridge.bridge..";
    private static final String STREAMS = "org.chatbridge.streams..";
    private static final String PROGRAM = "org.chatbridge.program..";
    private static final String SCHEMA = "org.chatbridge.schema..";
    private static final String AVRO = "org.chatbridge.avro..";
    private static final String SANDBOX = "org.chatbridge.sandbox..";

    @Test
    void shouldShareNothingButTopicsBetweenBridgeAndViews() {
        noClasses()
                .that()
                .resideInAPackage(BRIDGE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(STREAMS, SANDBOX)
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(STREAMS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(BRIDGE, SANDBOX)
                .check(OURS);
    }

    @Test
    void shouldLetTheLowerRoomsKnowNobody() {
        noClasses()
                .that()
                .resideInAnyPackage(SCHEMA, AVRO)
                .should()
                .dependOnClassesThat(resideInAPackage("org.chatbridge..").and(resideOutsideOfPackages(SCHEMA, AVRO)))
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(PROGRAM)
                .should()
                .dependOnClassesThat(resideInAPackage("org.chatbridge..").and(resideOutsideOfPackages(PROGRAM)))
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(SANDBOX)
                .should()
                .dependOnClassesThat(resideInAPackage("org.chatbridge..").and(resideOutsideOfPackages(SANDBOX)))
                .check(OURS);
    }

    @Test
    void shouldKeepEachLibraryBehindOneClass() {
        onlyIn(
                "org.chatbridge.bridge.connection.(TyrusSockets|TyrusTransport)",
                BRIDGE,
                "jakarta.websocket..",
                "org.glassfish..");
        onlyIn("org.chatbridge.program.JavalinServer", PROGRAM, "io.javalin..");
        onlyIn("org.chatbridge.program.ShippedJvm", PROGRAM, "com.sun.jna..");
        onlyIn("org.chatbridge.schema.SchemaRegistry", SCHEMA, "org.apache.flink..");
        onlyIn("org.chatbridge.streams.(changes.SortedStore|RocksLibrary|StoreMemory)", STREAMS, "org.rocksdb..");
        noClasses()
                .that()
                .resideInAnyPackage(BRIDGE, STREAMS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "org.apache.flink..")
                .check(OURS);
        noClasses()
                .that()
                .haveNameNotMatching("org\\.chatbridge\\.quickstart\\.Containers(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.testcontainers..", "com.github.dockerjava..")
                .check(new ClassFileImporter().importPackages("org.chatbridge.quickstart"));
    }

    @Test
    void shouldKeepConversionPure() {
        noClasses()
                .that()
                .resideInAPackage("org.chatbridge.bridge.convert")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.nio.file..", "org.apache.kafka..", "org.slf4j..")
                .check(OURS);
    }

    @Test
    void shouldTakeTimeFromAClockThatIsGiven() {
        noClasses()
                .that()
                .resideInAnyPackage(BRIDGE, STREAMS, PROGRAM, SCHEMA)
                .and()
                .haveSimpleNameNotEndingWith("Main")
                .and()
                .doNotHaveFullyQualifiedName("org.chatbridge.bridge.Bridge")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(OURS);
    }

    private static void onlyIn(String one, String within, String... packages) {
        noClasses()
                .that()
                .resideInAPackage(within)
                .and()
                .haveNameNotMatching(one.replace(".", "\\.") + "(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(OURS);
    }
}
