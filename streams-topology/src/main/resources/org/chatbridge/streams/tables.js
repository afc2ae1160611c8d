// Rows of a table: one element for each key, moved and refilled, never built twice. All text is text.

/** Changes the text of a node, where it changes. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function level(node, value) {
  if (node.dataset.level !== value) node.dataset.level = value;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** A row of cells with their roles: narrow screens lay rows out as grids, which would take the roles away. */
export function cells(...classNames) {
  const row = element('tr');
  row.setAttribute('role', 'row');
  classNames.forEach((className, i) => {
    const cell = element(i === 0 ? 'th' : 'td', className);
    cell.setAttribute('role', i === 0 ? 'rowheader' : 'cell');
    if (i === 0) cell.scope = 'row';
    row.append(cell);
  });
  return row;
}

export class Rows {
  #body;
  #build;
  #fill;
  #rows = new Map();

  /** @param build makes an empty row; @param fill writes an item into it */
  constructor(table, build, fill) {
    this.#body = table.tBodies[0];
    this.#build = build;
    this.#fill = fill;
  }

  /** @param items `[{key, …}]` in the order in which they are shown */
  show(items) {
    const shown = new Set(items.map(item => item.key));
    for (const [key, row] of this.#rows) {
      if (!shown.has(key)) {
        row.remove();
        this.#rows.delete(key);
      }
    }
    let next = this.#body.firstElementChild;
    for (const item of items) {
      let row = this.#rows.get(item.key);
      if (!row) {
        row = this.#build();
        row.dataset.key = item.key;
        this.#rows.set(item.key, row);
      }
      this.#fill(row, item);
      if (row === next) {
        next = next.nextElementSibling;
      } else {
        this.#body.insertBefore(row, next);
      }
    }
  }
}

/** The first `most` of the items in the order of `compare`, without sorting them all. */
export function first(items, most, compare) {
  const best = [];
  for (const item of items) {
    if (best.length === most && compare(item, best[most - 1]) >= 0) continue;
    let low = 0;
    let high = best.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(item, best[middle]) < 0) high = middle;
      else low = middle + 1;
    }
    best.splice(low, 0, item);
    if (best.length > most) best.pop();
  }
  return best;
}
