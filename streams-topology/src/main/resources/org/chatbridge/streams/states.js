// What the page is connected to, and how fresh what it shows is; told aloud where it changes.

import { level, say } from '/tables.js';
import { clockWithSeconds, count, duration, instant, plain } from '/words.js';

const LINKS = {
  connecting: ['late', 'connecting'],
  loading: ['late', 'loading'],
  live: ['good', 'live'],
  reconnecting: ['bad', 'reconnecting'],
  refused: ['bad', 'needs a token']
};
const UPSTREAM = { streaming: 'good', connecting: 'late', stopped: 'bad' };

const byId = id => document.getElementById(id);

export class States {
  #model;
  #link = '';
  #lostAt = 0;
  #freshness = null;

  constructor(model) {
    this.#model = model;
  }

  /** The state of the feed, and why. */
  link(name, why) {
    const [shade, words] = LINKS[name];
    state('link', words, shade);
    document.body.dataset.link = name;
    if (name === 'live') this.#lostAt = 0;
    if (name === 'reconnecting') this.#lostAt ||= this.#model.now();
    byId('token-form').hidden = name !== 'refused';
    if (name === 'refused' && document.cookie.includes('chatbridge_token=')) {
      say(byId('token-label'), 'This server does not accept the token it was given');
    }
    const notice = byId('notice');
    notice.hidden = name === 'live' || name === 'refused';
    say(notice, name === 'loading' ? 'Loading the rows.'
      : name === 'reconnecting' ? `${why} What is shown is of ${clockWithSeconds(this.#lostAt)}. Trying again.`
      : `Connecting to the views. ${why}`);
    if (name !== this.#link && name !== 'loading') announce(name === 'live' ? 'Live.' : `${words}. ${why}`);
    this.#link = name;
  }

  fresh(freshness) {
    const before = this.#freshness?.upstream;
    if (before && before !== freshness.upstream) announce(`LiveChat: ${plain(freshness.upstream)}.`);
    this.#freshness = freshness;
  }

  draw() {
    if (!this.#freshness) return;
    const { upstream, last_push_at: lastPush, offset_lag: lag, served_by: servedBy } = this.#freshness;
    const known = this.#link === 'live';
    state('upstream', known ? plain(upstream) : 'unknown', known && UPSTREAM[upstream] || 'off');
    const last = instant(lastPush);
    state('push', last === null ? 'none yet' : `${duration(this.#model.now() - last)} ago`);
    const records = !known || lag === null || lag === undefined ? 'unknown' : lag === 1 ? '1 record' : `${count(lag)} records`;
    state('lag', records + (servedBy === 'standby' ? ', from a copy' : ''));
  }
}

function state(name, words, shade) {
  const box = byId(`state-${name}`);
  if (shade) level(box, shade);
  say(box.lastElementChild, words);
}

function announce(words) {
  say(byId('said'), words);
}
