// The page put together: the feed tells the model, the painter draws its parts.

import { AgentTable } from '/agents.js';
import { charts } from '/activity.js';
import { Chart } from '/charts.js';
import { Feed } from '/feed.js';
import { Figures } from '/figures.js';
import { GapTable } from '/gaps.js';
import { Model } from '/model.js';
import { Painter } from '/paint.js';
import { States } from '/states.js';
import { say } from '/tables.js';
import { ThreadTable } from '/threads.js';
import { Today } from '/today.js';
import { count, rate, seconds, shortly } from '/words.js';

const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

const byId = id => document.getElementById(id);

const model = new Model();
const today = new Today(model);
const painter = new Painter();
const states = new States(model);
const figures = new Figures(model);
const threadTable = new ThreadTable(model, byId('threads'), byId('threads-filter'), byId('threads-rest'));
const agentTable = new AgentTable(model, byId('agents'), byId('agents-counts'), byId('agents-rest'));
const gapTable = new GapTable(model, byId('gaps'), byId('gaps-rest'));
const number = value => Number.isInteger(value) ? count(value) : rate(value);
const pushChart = new Chart(byId('chart-pushes'), { stacked: true, stepped: true, words: rate, axis: number });
const threadChart = new Chart(byId('chart-threads'), { stepped: true, words: rate, axis: number });
const responseChart = new Chart(byId('chart-response'), {
  words: seconds, axis: shortly, steps: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400]
});
let shownMinutes = 60;

function drawActivity() {
  const now = model.now() / 1000;
  const data = charts(model.minutes.values(), shownMinutes, now);
  const bands = [...model.gaps.values()]
    .filter(gap => gap.openedAt !== null)
    .map(gap => ({ from: gap.openedAt / 1000, to: gap.closedAt === null ? now : gap.closedAt / 1000 }))
    .filter(band => band.to > data.pushes.from);
  pushChart.show(data.pushes, bands);
  threadChart.show(data.threads, bands);
  responseChart.show(data.response, bands);
}

/** Half-told rows would show as a dip: what was drawn before stands until all are there. */
function part(name, everyMs, draw) {
  painter.part(name, everyMs, () => model.settled && draw());
}

part('threads', 100, () => threadTable.draw());
part('agents', 100, () => agentTable.draw());
part('gaps', 250, () => gapTable.draw());
part('activity', 1000, drawActivity);
part('figures', 250, () => figures.draw());
painter.part('states', 250, () => states.draw());

const feed = new Feed({
  forget: () => model.forget(),
  clock: ms => model.setClock(ms),

  row(view, key, row) {
    model.tell(view, key, row);
    if (model.settled) painter.mark(view, 'figures');
    if (model.settled && view === 'gaps') painter.mark('activity');
  },

  freshness(freshness) {
    states.fresh(freshness);
    painter.mark('states');
  },

  state(name, why) {
    states.link(name, why);
    model.live = name === 'live';
    today.live = name === 'live';
    if (name === 'live') {
      painter.mark('threads', 'agents', 'gaps', 'activity', 'figures', 'states');
    }
  }
});

byId('threads-filter').addEventListener('input', () => painter.mark('threads'));
byId('range').addEventListener('change', event => {
  shownMinutes = Number(event.target.value);
  painter.mark('activity');
});
byId('token-form').addEventListener('submit', event => {
  event.preventDefault();
  const token = byId('token').value.trim();
  if (!TOKEN.test(token)) {
    say(byId('token-hint'), 'This is no token: one has letters, digits and - . _ ~ + / = only.');
    byId('token').setAttribute('aria-invalid', 'true');
    return;
  }
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `chatbridge_token=${token}; Path=/; SameSite=Strict${secure}`;
  location.reload();
});

setInterval(() => painter.mark('threads', 'agents', 'gaps', 'figures', 'states'), 1000);
setInterval(() => painter.mark('activity'), 10_000);
today.start();
feed.start();
