// When what is drawn: marks are gathered, and drawn in an animation frame.

/** Of the time, what drawing one part may take: a part that takes 10 ms is drawn every 100 ms at most. */
const SHARE = 0.1;

/** Draws each part in a frame after it was marked, and no oftener than its cost allows. */
export class Painter {
  #parts = new Map();
  #marked = new Set();
  #waiting = false;

  /** @param everyMs the least time between two drawings */
  part(name, everyMs, draw) {
    this.#parts.set(name, { draw, everyMs, due: 0 });
  }

  mark(...names) {
    names.forEach(name => this.#marked.add(name));
    if (this.#waiting || this.#marked.size === 0) return;
    this.#waiting = true;
    const due = Math.min(...[...this.#marked].map(name => this.#parts.get(name).due));
    const pause = due - performance.now();
    if (pause > 0) {
      setTimeout(() => requestAnimationFrame(() => this.#paint()), pause);
    } else {
      requestAnimationFrame(() => this.#paint());
    }
  }

  #paint() {
    this.#waiting = false;
    for (const name of [...this.#marked]) {
      const part = this.#parts.get(name);
      const begin = performance.now();
      if (part.due > begin) continue;
      this.#marked.delete(name);
      part.draw();
      const end = performance.now();
      part.due = end + Math.max(part.everyMs, (end - begin) / SHARE);
    }
    this.mark();
  }
}
