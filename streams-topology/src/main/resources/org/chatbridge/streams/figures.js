// The figures at the top: the answer to "how is it now?".

import { ACCEPTING } from '/model.js';
import { level, say } from '/tables.js';
import { lateness } from '/threads.js';
import { NONE, count, duration, minute, rate, seconds } from '/words.js';

const DAY_MS = 86_400_000;

export class Figures {
  #model;

  constructor(model) {
    this.#model = model;
  }

  draw() {
    this.#threads();
    this.#agents();
    this.#response();
    const pushes = this.#model.pushRate();
    figure('pushes', pushes === null ? NONE : rate(pushes), 'in the last 10 s');
    this.#gaps();
  }

  #threads() {
    const now = this.#model.now();
    let waiting = 0;
    let longest = 0;
    let oldest = 0;
    for (const thread of this.#model.threads.values()) {
      if (thread.waitingSince !== null) {
        waiting++;
        longest = Math.max(longest, now - thread.waitingSince);
      }
      if (thread.openedAt !== null) oldest = Math.max(oldest, now - thread.openedAt);
    }
    const size = this.#model.threads.size;
    figure('waiting', count(waiting), waiting ? `longest ${duration(longest)}` : '', waiting ? lateness(longest) : '');
    figure('open', count(size), size ? `oldest ${duration(oldest)}` : '');
    document.title = waiting ? `${count(waiting)} waiting – chatbridge` : 'chatbridge';
  }

  #agents() {
    const agents = [...this.#model.agents.values()];
    figure('accepting', count(agents.filter(agent => agent.status === ACCEPTING).length), `of ${count(agents.length)}`);
  }

  #response() {
    let newest = null;
    for (const each of this.#model.minutes.values()) {
      if (each.response?.count > 0 && !(newest?.minute > each.minute)) newest = each;
    }
    if (newest) {
      const { median_seconds: median, p95_seconds: p95 } = newest.response;
      figure('response', seconds(median), `p95 ${seconds(p95)}, ${minute(newest.minute * 1000, this.#model.now())}`);
    } else {
      figure('response', NONE, '');
    }
  }

  #gaps() {
    const now = this.#model.now();
    const recent = [...this.#model.gaps.values()].filter(gap => (gap.closedAt ?? now) > now - DAY_MS);
    const unseen = recent.reduce((sum, gap) =>
      sum + Math.max(0, (gap.closedAt ?? now) - Math.max(gap.openedAt ?? now, now - DAY_MS)), 0);
    const open = recent.some(gap => gap.closedAt === null);
    figure('gaps', count(recent.length), recent.length ? `${duration(unseen)} unseen${open ? ', one is open' : ''}` : '',
      open ? 'bad' : '');
  }
}

function figure(name, words, more, shade = '') {
  const node = document.getElementById(`figure-${name}`);
  say(node, words);
  level(node, shade);
  say(document.getElementById(`figure-${name}-more`), more);
}
