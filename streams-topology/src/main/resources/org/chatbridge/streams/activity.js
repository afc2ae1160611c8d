// The rows of the view activity, minute by minute, made into what the charts show.

import { plain } from '/words.js';

const MINUTE = 60;
/** A bucket that has only begun says nothing about a rate. */
const LEAST_SECONDS = 10;
const ACTIONS_SHOWN = 6;
/** Minutes shown → minutes of one point. */
const BUCKETS = new Map([[60, 1], [360, 5], [1440, 15], [10080, 120]]);

/** What an activity row holds, with its times in seconds. */
export function minuteOf(row) {
  return {
    minute: Date.parse(row.minute) / 1000,
    pushes: row.pushes ?? {},
    opened: row.threads_opened ?? 0,
    closed: row.threads_closed ?? 0,
    response: row.first_response ?? null
  };
}

export function pushesOf(minute) {
  return Object.values(minute.pushes).reduce((sum, count) => sum + count, 0);
}

/**
 * The data of the three charts.
 *
 * @param minutes of any order; @param shown how many minutes; @param now in seconds
 */
export function charts(minutes, shown, now) {
  const width = BUCKETS.get(shown) * MINUTE;
  const from = Math.floor((now - shown * MINUTE) / width) * width;
  const size = Math.floor((now - from) / width) + 1;
  const buckets = Array.from({ length: size }, () => []);
  let known = Infinity;
  for (const minute of minutes) {
    known = Math.min(known, minute.minute);
    const index = Math.floor((minute.minute - from) / width);
    if (index >= 0 && index < size) buckets[index].push(minute);
  }
  // Before the first minute that is known nothing is known, which is not the same as nothing.
  const begun = index => from + (index + 1) * width > known;
  const lengths = buckets.map((bucket, i) => Math.min(width, now - (from + i * width)));
  const per = (unit, value) => buckets.map((bucket, i) =>
    !begun(i) || lengths[i] < LEAST_SECONDS ? null
      : bucket.reduce((sum, minute) => sum + value(minute), 0) * unit / lengths[i]);
  const frame = series => {
    const times = buckets.map((bucket, i) => from + i * width);
    return {
      times: [...times, now], from, to: now,
      series: series.map(each => ({ ...each, values: [...each.values, each.values.at(-1)] }))
    };
  };
  return {
    pushes: frame(actions(buckets).map(({ name, title, counts }, i) => ({
      name, title, colour: `c${i + 1}`, values: per(1, counts)
    }))),
    threads: frame([
      { name: 'opened', title: 'opened', colour: 'c1', values: per(MINUTE, minute => minute.opened) },
      { name: 'closed', title: 'closed', colour: 'c3', dash: [5, 4], values: per(MINUTE, minute => minute.closed) }
    ]),
    response: frame([
      { name: 'median', title: 'median', colour: 'c1', values: buckets.map(bucket => middle(bucket, 'median_seconds')) },
      { name: 'p95', title: 'p95', colour: 'c3', dash: [5, 4], values: buckets.map(bucket => middle(bucket, 'p95_seconds')) }
    ])
  };
}

/** The most frequent actions, the rest as one. */
function actions(buckets) {
  const totals = new Map();
  for (const minute of buckets.flat()) {
    for (const [action, count] of Object.entries(minute.pushes)) {
      totals.set(action, (totals.get(action) ?? 0) + count);
    }
  }
  const top = [...totals].sort((a, b) => b[1] - a[1]).slice(0, ACTIONS_SHOWN).map(([action]) => action);
  const series = top.map(action => ({
    name: action, title: plain(action), counts: minute => minute.pushes[action] ?? 0
  }));
  if (totals.size > top.length) {
    const shown = new Set(top);
    series.push({
      name: '', title: `${totals.size - top.length} other actions`,
      counts: minute => Object.entries(minute.pushes).reduce((sum, [action, n]) => shown.has(action) ? sum : sum + n, 0)
    });
  }
  return series;
}

/** The median of the minutes' values, each counted as often as it has responses; null without any. */
function middle(bucket, member) {
  const values = bucket
    .filter(minute => minute.response?.count > 0 && Number.isFinite(minute.response[member]))
    .map(minute => ({ value: minute.response[member], weight: minute.response.count }))
    .sort((a, b) => a.value - b.value);
  let left = values.reduce((sum, { weight }) => sum + weight, 0) / 2;
  for (const { value, weight } of values) {
    left -= weight;
    if (left <= 0) return value;
  }
  return null;
}
