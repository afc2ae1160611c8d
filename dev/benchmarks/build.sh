# Sourced by the scripts beside it: builds what they measure, without the checks. BENCHMARK_BUILD=no takes what is there.
if [ "${BENCHMARK_BUILD:-yes}" != no ]; then
  mvn -q -B -ntp -DskipTests -Dspotless.check.skip -Djacoco.skip -Denforcer.skip -pl dev/benchmarks -am package
fi
