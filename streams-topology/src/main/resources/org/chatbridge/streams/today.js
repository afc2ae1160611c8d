// How long agents have accepted chats today. Asked for again and again: the row of an agent says it of the moment in which
// the row was made, which may be days ago.

const PATH = '/v1/agents?limit=1000';
const EVERY_MS = 30_000;
const ANSWERS_WITHIN_MS = 15_000;

export class Today {
  #model;
  #live = false;
  #asking = false;

  constructor(model) {
    this.#model = model;
  }

  start() {
    setInterval(() => this.#live && this.#ask(), EVERY_MS);
  }

  set live(live) {
    if (live && !this.#live) this.#ask();
    this.#live = live;
  }

  /** What was told stays where there is no answer, or one without the agents of an instance that is away. */
  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const told = new Map();
    let whole = true;
    try {
      for (let cursor = ''; cursor !== null;) {
        const page = await answer(cursor);
        const at = this.#model.now();
        page.agents.forEach(({ agent_id: id, seconds_today: seconds }) =>
          told.set(id, { ms: Number(seconds?.accepting_chats ?? 0) * 1000, at }));
        whole &&= !page.incomplete?.length;
        cursor = page.next_cursor ?? null;
      }
      this.#model.tellToday(told, whole);
    } catch {
      // The feed says it where the server is away.
    } finally {
      this.#asking = false;
    }
  }
}

async function answer(cursor) {
  const response = await fetch(PATH + (cursor && `&cursor=${encodeURIComponent(cursor)}`), {
    cache: 'no-store', signal: AbortSignal.timeout(ANSWERS_WITHIN_MS)
  });
  if (!response.ok) throw new Error(`The server answers ${response.status}.`);
  return response.json();
}
