// The table of gaps: when LiveChat could not be seen.

import { Rows, cells, element, first, level, say } from '/tables.js';
import { NONE, count, duration, moment } from '/words.js';

const MOST_ROWS = 50;

export class GapTable {
  #model;
  #rest;
  #rows;

  constructor(model, table, rest) {
    this.#model = model;
    this.#rest = rest;
    this.#rows = new Rows(table, empty, (row, gap) => this.#fill(row, gap));
  }

  draw() {
    const all = this.#model.gaps;
    const shown = first(all.values(), MOST_ROWS, (a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0));
    this.#rows.show(shown);
    const more = all.size - shown.length;
    say(this.#rest, more > 0 ? `and ${count(more)} older` : all.size ? '' : 'None is known.');
  }

  #fill(row, gap) {
    const now = this.#model.now();
    const [from, lasted, cause, resync] = row.cells;
    const open = gap.closedAt === null;
    level(row, open ? 'bad' : '');
    say(from, gap.openedAt === null ? NONE : moment(gap.openedAt, now));
    say(lasted, duration((gap.closedAt ?? now) - (gap.openedAt ?? now)));
    say(cause.children[0], gap.cause);
    say(cause.children[1], gap.detail);
    say(resync, open ? gap.retrying ? 'still open' : 'given up' : learned(gap.resync));
  }
}

function learned(resync) {
  const unknown = resync?.unknown?.length ?? 0;
  return resync === null ? 'not yet' : unknown ? `${count(unknown)} unknown` : 'complete';
}

function empty() {
  const row = cells('from', 'lasted', 'cause', 'resync');
  row.cells[2].append(element('span', 'name'), element('span', 'more'));
  return row;
}
