// The connection to /v1/changes: opened, watched, opened again.

const PATH = '/v1/changes?view=agents,threads,gaps,activity';
/** The server says something every 5 s; a connection that is silent for longer than this is dead. */
const SILENCE_MS = 15_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tells its listener `forget()`, `row(view, key, row)` (null: gone), `freshness(freshness)`, `clock(ms)` (of the server)
 * and `state(name, why)`:
 *
 *   connecting → loading → live ⇄ reconnecting      refused: a token is asked for; nothing happens any more
 */
export class Feed {
  #listener;
  #source = null;
  #state = 'connecting';
  #lastId = null;
  #heardAt = 0;
  #pauses = 0;
  #timer = 0;
  #everLive = false;

  constructor(listener) {
    this.#listener = listener;
  }

  start() {
    setInterval(() => this.#watch(), 1000);
    addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.#hurry());
    this.#connect();
  }

  async #connect() {
    // An EventSource does not tell why it was refused: ask in words first.
    const refusal = await this.#ask();
    if (refusal === 401) {
      this.#to('refused', '');
      return;
    }
    if (refusal !== '') {
      this.#later(refusal);
      return;
    }
    if (this.#lastId === null) this.#begin();
    const resume = this.#lastId === null ? '' : `&last_event_id=${encodeURIComponent(this.#lastId)}`;
    const source = new EventSource(PATH + resume);
    this.#source = source;
    this.#heardAt = performance.now();
    source.onerror = async () => {
      const never = source.readyState === EventSource.CLOSED && this.#state !== 'live';
      this.#lost(never ? 'The server tells no changes (/v1/changes).' : 'The connection to the server was lost.');
      // It may be the id, of a cluster that is no more. Without one all rows come again.
      if (never && resume && await refuses(PATH + resume)) this.#lastId = null;
    };
    source.addEventListener('row', event => this.#told(event));
    source.addEventListener('change', event => this.#told(event, true));
    source.addEventListener('live', event => this.#heard(event, true));
    source.addEventListener('freshness', event => {
      // Resumed where it was cut: no rows come first.
      this.#heard(event, resume !== '' && this.#lastId !== null);
      this.#listener.freshness(JSON.parse(event.data));
    });
    source.addEventListener('reset', () => this.#begin());
  }

  #told(event, change = false) {
    const { view, key, row } = JSON.parse(event.data);
    this.#listener.row(view, key, row);
    this.#heard(event, change);
  }

  #heard(event, live) {
    this.#heardAt = performance.now();
    if (live && this.#state !== 'live') {
      this.#everLive = true;
      this.#pauses = 0;
      this.#to('live', '');
    }
    // Before all rows are told, an interrupted beginning begins anew.
    if (this.#state === 'live' && event.lastEventId) this.#lastId = event.lastEventId;
  }

  #begin() {
    this.#heardAt = performance.now();
    this.#lastId = null;
    this.#listener.forget();
    this.#to('loading', '');
  }

  /** Why nothing can be had, '' where it can, 401 where a token is missing. */
  async #ask() {
    try {
      const answer = await fetch('/v1/agents?limit=1', {
        cache: 'no-store', signal: AbortSignal.timeout(SILENCE_MS)
      });
      const date = Date.parse(answer.headers.get('Date') ?? '');
      if (!Number.isNaN(date)) this.#listener.clock(date);
      if (answer.ok) return '';
      if (answer.status === 401) return 401;
      const problem = await answer.json().catch(() => ({}));
      return `The server answers ${answer.status}: ${problem.detail ?? problem.title ?? 'no reason given'}.`;
    } catch {
      return 'The server cannot be reached.';
    }
  }

  #watch() {
    if (this.#source && performance.now() - this.#heardAt > SILENCE_MS) {
      this.#lost(`The server has said nothing for ${SILENCE_MS / 1000} seconds.`);
    }
  }

  #lost(why) {
    this.#source?.close();
    this.#source = null;
    this.#later(why);
  }

  #later(why) {
    this.#to(this.#everLive ? 'reconnecting' : 'connecting', why);
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#pauses++);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry(), pause * (0.8 + 0.4 * Math.random()));
  }

  #retry() {
    this.#timer = 0;
    this.#connect();
  }

  #hurry() {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#retry();
    }
  }

  #to(state, why) {
    this.#state = state;
    this.#listener.state(state, why);
  }
}

/** Whether the server takes what it is asked for a mistake; an EventSource does not tell. */
async function refuses(path) {
  const stop = new AbortController();
  try {
    const answer = await fetch(path, { cache: 'no-store', signal: stop.signal });
    return [400, 414, 431].includes(answer.status);
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}
