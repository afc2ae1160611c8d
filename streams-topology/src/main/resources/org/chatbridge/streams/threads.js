// The table of open threads, the longest waiting first.

import { Rows, cells, element, first, level, say } from '/tables.js';
import { NONE, count, duration, joined, roughly } from '/words.js';

const MOST_ROWS = 200;
const LATE_MS = 2 * 60_000;
const VERY_LATE_MS = 5 * 60_000;

/** How bad it is that a customer has waited for so long. */
export function lateness(ms) {
  return ms >= VERY_LATE_MS ? 'bad' : ms >= LATE_MS ? 'late' : '';
}

export class ThreadTable {
  #model;
  #filter;
  #rest;
  #rows;

  constructor(model, table, filter, rest) {
    this.#model = model;
    this.#filter = filter;
    this.#rest = rest;
    this.#rows = new Rows(table, empty, (row, thread) => this.#fill(row, thread));
  }

  draw() {
    const all = this.#model.threads;
    const words = this.#filter.value.trim().toLowerCase();
    const found = words ? [...all.values()].filter(thread => this.#fits(thread, words)) : all.values();
    const size = words ? found.length : all.size;
    const shown = first(found, MOST_ROWS, byWaiting);
    this.#rows.show(shown);
    const more = size - shown.length;
    say(this.#rest, more > 0 ? `and ${count(more)} more; the ${MOST_ROWS} longest waiting are shown`
      : words ? `${count(size)} of ${count(all.size)} fit the filter`
      : size ? `${count(size)} open, the longest waiting first` : 'No thread is open.');
  }

  #fill(row, thread) {
    const now = this.#model.now();
    const [waiting, who, what, agents, age] = row.cells;
    const waited = thread.waitingSince === null ? null : now - thread.waitingSince;
    say(waiting, waited === null ? NONE : duration(waited));
    level(waiting, waited === null ? 'off' : lateness(waited));
    say(who.children[0], thread.customer);
    say(who.children[1], thread.key);
    const { last } = thread;
    say(what.children[0], last && last.byAgent !== null
      ? `${this.#model.agentName(last.byAgent)}${last.amongAgents ? ' to agents' : ''}: ` : '');
    say(what.children[1], last ? last.text : NONE);
    say(what.children[2], last && last.at !== null ? `${duration(now - last.at)} ago` : '');
    say(agents, joined(thread.agentIds.map(id => this.#model.agentName(id))) || 'nobody');
    say(age, thread.openedAt === null ? NONE : roughly(now - thread.openedAt));
  }

  #fits(thread, words) {
    const names = thread.agentIds.map(id => this.#model.agentName(id));
    return [thread.customer, thread.key, thread.last?.text ?? '', ...thread.agentIds, ...names]
      .some(text => text.toLowerCase().includes(words));
  }
}

function empty() {
  const row = cells('waiting', 'who', 'what', 'with', 'age');
  row.cells[1].append(element('span', 'name'), element('span', 'more'));
  row.cells[2].append(element('span', 'by'), element('span', 'text'), element('span', 'at'));
  return row;
}

function byWaiting(a, b) {
  return (a.waitingSince ?? Infinity) - (b.waitingSince ?? Infinity)
    || (a.openedAt ?? 0) - (b.openedAt ?? 0) || (a.key < b.key ? -1 : 1);
}
