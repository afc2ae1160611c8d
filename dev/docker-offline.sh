#!/usr/bin/env bash
# Proves docker-compose.yml and the Dockerfile where no image can be pulled: starts a Docker engine of its own, makes stand-ins
# under the very names that the files use (Debian, its JDK and Maven, its HAProxy and Prometheus; Kafka and the registry from
# their jars on Maven Central, with the variables of the official images), builds the programs' images, runs the demo, and then the
# tests in containers. Of Grafana there is none: its dashboard's queries are asked in its place.
# As root on Debian 12. It ends what it started, and leaves nothing but installed packages.
#   dev/docker-offline.sh       all of it
#   dev/docker-offline.sh demo  without the tests in containers
set -euo pipefail
cd "$(dirname "$0")/.."
checkout=$PWD

case ${1:-all} in
  all | demo) ;;
  *)
    echo "dev/docker-offline.sh: $1: expected nothing, or demo for all but the tests in containers" >&2
    exit 2
    ;;
esac

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }

if [ "$(id -u)" != 0 ]; then
  echo "dev/docker-offline.sh: starts a Docker engine, and has to be root for that" >&2
  exit 2
fi

missing=()
for package in docker.io docker-compose debootstrap iptables curl jq openjdk-17-jdk-headless maven; do
  dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${missing[*]}"
  apt-get update -q >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}" >/dev/null
fi

home=$(mktemp -d /var/tmp/docker-offline.XXXXXX)
export DOCKER_HOST=unix://$home/docker.sock DOCKER_API_VERSION=1.41 DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0 COMPOSE_PROJECT_NAME=chatbridge
docker=/usr/bin/docker # Debian's, as old as its engine

finish() {
  status=$?
  say "ending the engine"
  if [ -S "$home/docker.sock" ]; then
    $docker ps -q | xargs -r $docker kill >/dev/null 2>&1 || true
  fi
  if [ -n "${engine:-}" ]; then
    kill "$engine" 2>/dev/null || true
    wait "$engine" 2>/dev/null || true
  fi
  # What the engine mounted for its networks.
  grep -o "$home[^ ]*" /proc/mounts | sort -r | xargs -r -n 1 umount || true
  rm -rf "$home"
  exit $status
}
trap finish EXIT

say "starting the engine"
/usr/sbin/dockerd --data-root "$home/data" --exec-root "$home/run" --pidfile "$home/pid" -H "$DOCKER_HOST" \
  >"$home/engine.log" 2>&1 &
engine=$!
for _ in $(seq 60); do
  if $docker info >/dev/null 2>&1 || ! kill -0 "$engine" 2>/dev/null; then break; fi
  sleep 0.5
done
if ! $docker info >/dev/null 2>&1; then
  echo "no engine can be started here; its last words:" >&2
  tail -3 "$home/engine.log" >&2
  exit 3
fi
$docker info --format 'engine {{.ServerVersion}}, {{.Driver}}, cgroup {{.CgroupVersion}}'

say "debian:bookworm-slim"
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null \
  | sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb (\[[^]]*\] )?([^ ]+) .*/\2/p' | grep -v security | head -1 || true)
debootstrap --variant=minbase bookworm "$home/debian" "$mirror" >"$home/debootstrap.log" || { tail -5 "$home/debootstrap.log"; exit 1; }
rm -rf "$home"/debian/var/cache/apt/archives/*.deb "$home"/debian/usr/share/{doc,man,locale}/*
tar -C "$home/debian" -c . | $docker import - debian:bookworm-slim >/dev/null
rm -rf "$home/debian"

image() { # NAME CONTEXT: from the Dockerfile on standard input
  say "$1"
  $docker build -q --network host -t "$1" -f - "$2" >/dev/null
}
install='apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends >/dev/null'

# What Maven has here already, so that it is not downloaded into the image once more.
here=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
mkdir -p "$home/maven/repository"
if [ -d "$here" ]; then
  cp -rl "$here/." "$home/maven/repository" 2>/dev/null || cp -r "$here/." "$home/maven/repository"
fi
image maven:3.9-eclipse-temurin-17 "$home/maven" <<END
FROM debian:bookworm-slim
RUN $install openjdk-17-jdk-headless maven binutils
COPY repository /root/.m2/repository
END

mvn -q -B -ntp -DskipTests -pl dev/sandbox -am package dependency:copy-dependencies \
  -DoutputDirectory="$home/sandbox" >"$home/mvn.log" || { tail -20 "$home/mvn.log"; exit 1; }
mkdir -p "$home/kafka" "$home/registry" "$home/tools"
cp "$home"/sandbox/*.jar "$home/kafka/"
cp dev/docker-offline/kafka.sh "$home/kafka/run"
image apache/kafka:4.3.1 "$home/kafka" <<END
FROM debian:bookworm-slim
RUN $install openjdk-17-jre-headless
COPY *.jar /opt/kafka/libs/
COPY run /etc/kafka/docker/run
RUN useradd --uid 1000 appuser && install -d -o appuser /var/lib/kafka/data
USER appuser
VOLUME /var/lib/kafka/data
EXPOSE 9092
CMD ["/etc/kafka/docker/run"]
END

cp -r dev/sandbox/target/registry/. "$home/registry/"
image apicurio/apicurio-registry:3.0.9 "$home/registry" <<END
FROM apache/kafka:4.3.1
USER root
COPY . /deployments/
USER 1000
EXPOSE 8080
CMD ["sh", "-c", "exec java -Xmx256m -jar /deployments/apicurio-registry-app-*-runner.jar"]
END

image haproxy:3.2 "$home/tools" <<END
FROM debian:bookworm-slim
RUN $install haproxy
USER haproxy
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
END

image prom/prometheus:v3.5.0 "$home/tools" <<END
FROM debian:bookworm-slim
RUN $install prometheus && install -d -o nobody /prometheus
USER nobody
VOLUME /prometheus
ENTRYPOINT ["prometheus", "--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]
END

say "building the images of the programs"
docker-compose --profile demo build -q
$docker images --format '{{.Repository}}:{{.Tag}} {{.Size}}' | sort

. dev/docker-offline/demo.sh
if [ "${1:-all}" = demo ]; then exit 0; fi
docker-compose --profile demo --profile observability down --volumes 2>/dev/null

say "mvn -Pdocker verify"
begun=$SECONDS
# The container that removes what a test left behind has an image of its own; here the engine ends with the tests. Ports are
# this machine's; where this runs in a container itself, Testcontainers would ask an image that cannot be pulled.
TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost mvn -q -B -ntp -Pdocker verify
say "all tests in containers: $((SECONDS - begun)) s"
