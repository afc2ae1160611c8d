# The images of this project, one target each: docker build --target bridge|views|livechat .
# README.md, "In containers", says how they are run.

# A Java runtime of the modules that the programs and their libraries use; without the source, or each change of that would make it anew.
FROM maven:3.9-eclipse-temurin-17 AS jre
RUN jlink --output /jre --no-header-files --no-man-pages --compress=2 --strip-java-debug-attributes \
        --add-modules java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.rmi,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.security.auth,jdk.unsupported,jdk.zipfs \
    # The JDK's own classes as they are in memory: jlink leaves them out, and every start would read them anew.
    && /jre/bin/java -Xshare:dump

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
# program.libraries.skip: the simulated LiveChat gets its libraries beside it, as the programs do.
RUN mvn -B -ntp -DskipTests -Dprogram.libraries.skip=false -Dprogram.class-data.phase=none \
        -pl bridge,streams-topology,dev/sandbox -am package
# What only changes with a dependency goes into one layer, what changes with the code into the next.
RUN for program in bridge streams-topology dev/sandbox; do \
        target=$program/target; out=/out/$(basename $program); \
        mkdir -p $out/libraries $out/own; \
        mv $target/lib/avro-schemas-*.jar $target/lib/program-*.jar $out/own/ 2>/dev/null || true; \
        mv $target/lib/*.jar $out/libraries/; \
    done; \
    mv dev/sandbox/target/sandbox-*-SNAPSHOT.jar /out/sandbox/own/
# RocksDB brings its native library for 14 platforms, 70 MB: two are those of these images. With one date for all: the same files are the same layer.
RUN cd $(mktemp -d) && jar xf /out/streams-topology/libraries/rocksdbjni-*.jar \
    && find . -name 'librocksdbjni-*' ! -name librocksdbjni-linux64.so ! -name librocksdbjni-linux-aarch64.so -delete \
    && jar --create --date=2026-01-01T00:00:00Z --manifest META-INF/MANIFEST.MF \
        --file "$(echo /out/streams-topology/libraries/rocksdbjni-*.jar)" .

FROM debian:bookworm-slim AS run
COPY --from=jre /jre /opt/jre
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin app \
    && install -d -o app /app /var/lib/bridge /var/lib/views
ENV PATH=/opt/jre/bin:$PATH
WORKDIR /app
USER app

FROM run AS bridge
LABEL org.opencontainers.image.title="chatbridge: bridge" \
      org.opencontainers.image.description="Carries every push of LiveChat's Agent Chat API into Kafka"
COPY --from=build /out/bridge/libraries /app/lib
COPY --from=build /out/bridge/own /app/lib
COPY --from=build /src/bridge/target/bridge.jar /app/
ENV BRIDGE_HTTP_LISTEN=0.0.0.0:8081 BRIDGE_JOURNAL_DIR=/var/lib/bridge
VOLUME /var/lib/bridge
EXPOSE 8081
HEALTHCHECK --start-period=60s --interval=10s --timeout=3s CMD ["/app/healthy.sh", "8081"]
COPY deploy/images/healthy.sh /app/
COPY bridge/src/main/resources/org/chatbridge/bridge/jvm.options /app/
ENTRYPOINT ["java", "@/app/jvm.options", "-XX:MaxRAMPercentage=60", "-jar", "/app/bridge.jar"]

FROM run AS views
LABEL org.opencontainers.image.title="chatbridge: views" \
      org.opencontainers.image.description="Serves the state that LiveChat's pushes tell of over HTTP"
COPY --from=build /out/streams-topology/libraries /app/lib
COPY --from=build /out/streams-topology/own /app/lib
COPY --from=build /src/streams-topology/target/streams-topology.jar /app/
ENV VIEWS_HTTP_LISTEN=0.0.0.0:8080
VOLUME /var/lib/views
EXPOSE 8080
HEALTHCHECK --start-period=60s --interval=10s --timeout=3s CMD ["/app/healthy.sh", "8080"]
COPY deploy/images/healthy.sh deploy/images/views.sh /app/
COPY streams-topology/src/main/resources/org/chatbridge/streams/jvm.options /app/
# Half of the memory for the heap: RocksDB has its own beside it. Compiled for good is only what is really asked often, since that takes 10 of the
# 24 s of processor time that an instance takes in its first 45 s, and the others wait for those who have just joined.
ENTRYPOINT ["/app/views.sh", "java", "@/app/jvm.options", "-XX:MaxRAMPercentage=50", \
    "-XX:Tier4InvocationThreshold=50000", "-XX:Tier4MinInvocationThreshold=6000", "-XX:Tier4CompileThreshold=150000", \
    "-jar", "/app/streams-topology.jar"]

FROM run AS livechat
LABEL org.opencontainers.image.title="chatbridge: simulated LiveChat" \
      org.opencontainers.image.description="For demonstrations and tests"
COPY --from=build /out/sandbox/libraries /app/lib
COPY --from=build /out/sandbox/own /app/lib
EXPOSE 9300
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+UseSerialGC", "-cp", "/app/lib/*", "org.chatbridge.sandbox.SimulatedLiveChat", "--host", "0.0.0.0"]
