// What was told, kept in the form in which it is shown: long texts cut, instants as milliseconds.

import { minuteOf, pushesOf } from '/activity.js';
import { instant, plain } from '/words.js';

const LONGEST_TEXT = 300;
const RATE_SECONDS = 10;
/** What came in an earlier minute is delivered late; the bridge's clock may differ. */
const NOW_MS = 120_000;
const DAY_MS = 86_400_000;
export const ACCEPTING = 'accepting_chats';

export class Model {
  agents = new Map();
  threads = new Map();
  gaps = new Map();
  minutes = new Map();
  /** Whether all rows were told; until then counts are too low. */
  settled = false;
  #liveAt = null;
  #pushed = new Map();
  #today = new Map();
  #skewMs = 0;

  /** Changes come now, or come no more. Those that were missed come at once: they say nothing of a rate. */
  set live(live) {
    this.#liveAt = live ? performance.now() : null;
    this.settled ||= live;
  }

  /** The server's time, whatever this browser's clock says. */
  now() {
    return Date.now() + this.#skewMs;
  }

  /** @param ms the server's time as a header tells it, in whole seconds */
  setClock(ms) {
    this.#skewMs = Math.abs(ms - Date.now()) > 2000 ? ms - Date.now() : 0;
  }

  forget() {
    this.settled = false;
    [this.agents, this.threads, this.gaps, this.minutes, this.#pushed].forEach(map => map.clear());
  }

  /** @param row null where it is gone */
  tell(view, key, row) {
    switch (view) {
      case 'agents': keep(this.agents, key, row && this.#agent(key, row)); break;
      // A closed thread is of no interest here.
      case 'threads': keep(this.threads, key, row && row.status !== 'closed' ? thread(key, row) : null); break;
      case 'gaps': keep(this.gaps, key, row && gap(key, row)); break;
      case 'activity': this.#minute(key, row); break;
    }
  }

  /**
   * @param told for each agent how long it had accepted chats today, and when: milliseconds both
   * @param whole whether that is all agents there are
   */
  tellToday(told, whole) {
    this.#today = whole ? told : new Map([...this.#today, ...told]);
  }

  /** For how many milliseconds an agent has accepted chats since 00:00 UTC; null where that is not known. */
  acceptedToday(agent) {
    const told = this.#today.get(agent.key);
    if (!told) return null;
    const now = this.now();
    const midnight = now - now % DAY_MS;
    const since = Math.max(told.at, midnight, agent.since ?? 0);
    return (told.at < midnight ? 0 : told.ms) + (agent.status === ACCEPTING ? Math.max(0, now - since) : 0);
  }

  agentName(id) {
    return this.agents.get(id)?.name ?? String(id);
  }

  /** Pushes of now that were told in the last ten whole seconds, per second; null while that is not known. */
  pushRate() {
    if (this.#liveAt === null) return null;
    const second = Math.floor(performance.now() / 1000);
    const seconds = Math.min(RATE_SECONDS, second - Math.ceil(this.#liveAt / 1000));
    if (seconds < 2) return null;
    let sum = 0;
    for (const [key, pushes] of this.#pushed) {
      if (key < second - RATE_SECONDS) this.#pushed.delete(key);
      else if (key >= second - seconds && key < second) sum += pushes;
    }
    return sum / seconds;
  }

  #agent(key, row) {
    return {
      key,
      name: row.name || row.email || key,
      status: String(row.routing_status ?? 'unknown'),
      since: instant(row.since),
      chats: row.chat_ids ?? []
    };
  }

  #minute(key, row) {
    const minute = row && minuteOf(row);
    if (minute && this.settled && minute.minute * 1000 > this.now() - NOW_MS) {
      const second = Math.floor(performance.now() / 1000);
      const more = pushesOf(minute) - (this.minutes.has(key) ? pushesOf(this.minutes.get(key)) : 0);
      this.#pushed.set(second, (this.#pushed.get(second) ?? 0) + Math.max(0, more));
    }
    keep(this.minutes, key, minute);
  }
}

function keep(map, key, value) {
  if (value === null || value === undefined) map.delete(key);
  else map.set(key, value);
}

function thread(key, row) {
  const last = row.last_event;
  return {
    key,
    customer: row.customer_name || row.customer_id || 'no name',
    agentIds: row.agent_ids ?? [],
    openedAt: instant(row.opened_at),
    waitingSince: instant(row.waiting_since),
    last: last ? {
      byAgent: last.author_id === row.customer_id ? null : last.author_id ?? null,
      text: last.text ? String(last.text).slice(0, LONGEST_TEXT) : `[${plain(last.type)}]`,
      at: instant(last.timestamp),
      amongAgents: last.recipients === 'agents'
    } : null
  };
}

function gap(key, row) {
  return {
    key,
    openedAt: instant(row.opened_at),
    closedAt: instant(row.closed_at),
    cause: plain(row.cause),
    detail: String(row.detail ?? ''),
    retrying: row.retrying !== false,
    resync: row.resync ?? null
  };
}
