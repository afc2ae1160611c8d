# Sourced by the scripts beside it: measures the views, and keeps what that printed. Arguments: measure, options.
views_measure() {
  local results
  results="dev/benchmarks/target/results/$1-$(date -u +%Y%m%dT%H%M%S).txt"
  mkdir -p dev/benchmarks/target/results
  mvn -q -B -ntp -Dstyle.color=never -Pviews-measures -pl dev/quickstart -am \
    -Dmeasure="$1" -Dmeasure.options="$2" package | tee "$results"
  echo "written to $results"
}
