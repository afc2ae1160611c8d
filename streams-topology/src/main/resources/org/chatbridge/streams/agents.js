// The table of agents by status, with the count of each.

import { ACCEPTING } from '/model.js';
import { Rows, cells, element, first, level, say } from '/tables.js';
import { NONE, count, duration, joined, plain, roughly } from '/words.js';

const MOST_ROWS = 200;
const MOST_NAMES = 6;
/** In the order in which they are shown; a status of a later LiveChat stands before the last. */
const STATUSES = [ACCEPTING, 'not_accepting_chats', 'unknown'];
const LEVELS = { accepting_chats: 'good', not_accepting_chats: 'off' };

export class AgentTable {
  #model;
  #counts;
  #rest;
  #rows;

  constructor(model, table, counts, rest) {
    this.#model = model;
    this.#counts = counts;
    this.#rest = rest;
    this.#rows = new Rows(table, empty, (row, agent) => this.#fill(row, agent));
  }

  draw() {
    const all = this.#model.agents;
    const shown = first(all.values(), MOST_ROWS, byStatus);
    this.#rows.show(shown);
    const more = all.size - shown.length;
    say(this.#rest, more > 0 ? `and ${count(more)} more` : all.size ? '' : 'No agent is known.');
    this.#drawCounts();
  }

  #drawCounts() {
    const counts = new Map();
    this.#model.agents.forEach(({ status }) => counts.set(status, (counts.get(status) ?? 0) + 1));
    const list = this.#counts;
    const order = [...counts.keys()].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
    while (list.children.length > order.length) list.lastElementChild.remove();
    while (list.children.length < order.length) list.append(element('li'));
    order.forEach((status, i) => {
      say(list.children[i], `${count(counts.get(status))} ${plain(status)}`);
      level(list.children[i], LEVELS[status] ?? 'late');
    });
  }

  #fill(row, agent) {
    const now = this.#model.now();
    const [who, status, chats, today] = row.cells;
    say(who.children[0], agent.name);
    say(who.children[1], this.#customers(agent));
    level(status, LEVELS[agent.status] ?? 'late');
    say(status.children[1], plain(agent.status).replace(/ chats$/, ''));
    say(status.children[2], agent.since === null ? '' : `for ${duration(now - agent.since)}`);
    say(chats, count(agent.chats.length));
    const accepted = this.#model.acceptedToday(agent);
    say(today, accepted >= 1000 ? roughly(accepted) : NONE);
  }

  #customers(agent) {
    const names = agent.chats.slice(0, MOST_NAMES).map(id => this.#model.threads.get(id)?.customer ?? id);
    return joined(names) + (agent.chats.length > MOST_NAMES ? ' …' : '');
  }
}

function empty() {
  const row = cells('who', 'status', 'chats', 'today');
  row.cells[0].append(element('span', 'name'), element('span', 'more'));
  row.cells[1].append(element('span', 'dot'), element('span', 'word'), element('span', 'at'));
  return row;
}

function rank(status) {
  const index = STATUSES.indexOf(status);
  return index < 0 ? STATUSES.length - 1.5 : index;
}

function byStatus(a, b) {
  return rank(a.status) - rank(b.status) || a.status.localeCompare(b.status)
    || a.name.localeCompare(b.name) || (a.key < b.key ? -1 : 1);
}
