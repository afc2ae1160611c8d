// Numbers and times as they are read: short, of one form everywhere.

const COUNT = new Intl.NumberFormat('en');
const RATE = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const SECONDS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export const NONE = '–';

export function count(number) {
  return COUNT.format(number);
}

/** One decimal below 100, none above. */
export function rate(number) {
  return number < 100 ? RATE.format(number) : COUNT.format(Math.round(number));
}

/** Milliseconds as the two largest units: `42 s`, `3 m 05 s`, `1 h 12 m`, `2 d 04 h`. */
export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = n => String(n).padStart(2, '0');
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} m ${two(s % 60)} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${two(Math.floor(s / 60) % 60)} m`;
  return `${Math.floor(s / 86400)} d ${two(Math.floor(s / 3600) % 24)} h`;
}

/** As `duration`, to the minute once there is one: for what is of little hurry. */
export function roughly(ms) {
  return ms >= 60_000 && ms < 3_600_000 ? `${Math.floor(ms / 60_000)} m` : duration(ms);
}

/** Seconds for a figure: one decimal below ten. */
export function seconds(number) {
  return number < 10 && !Number.isInteger(number) ? `${RATE.format(number)} s` : duration(number * 1000);
}

/** Seconds where room is scarce: `50 s`, `1:40`, `1:05:00`. */
export function shortly(number) {
  const two = n => String(n).padStart(2, '0');
  if (number < 60) return `${number} s`;
  const minutes = Math.floor(number / 60);
  const rest = two(number % 60);
  return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

export function clock(ms) {
  return CLOCK.format(ms);
}

export function clockWithSeconds(ms) {
  return SECONDS.format(ms);
}

/** The time of day, with the day where it is not today's. */
export function moment(ms, now) {
  return DAY.format(ms) === DAY.format(now) ? SECONDS.format(ms) : `${DAY.format(ms)}, ${CLOCK.format(ms)}`;
}

/** `accepting_chats` → `accepting chats`; what is not known yet is told as it is. */
export function plain(name) {
  return String(name ?? NONE).replaceAll('_', ' ');
}

/** What turns the direction of the text behind it, and what ends that. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/gu;

/** Names beside each other, each by itself: one of them may be of a script that is written from right to left. */
export function joined(names) {
  return names.length > 1
    ? names.map(name => `\u2068${String(name).replaceAll(TURNS, '')}\u2069`).join(', ')
    : names.join('');
}

/** As `moment`, to the minute. */
export function minute(ms, now) {
  return DAY.format(ms) === DAY.format(now) ? CLOCK.format(ms) : `${DAY.format(ms)}, ${CLOCK.format(ms)}`;
}

/** Milliseconds of an RFC 3339 instant; null for null and for what is none. */
export function instant(text) {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
