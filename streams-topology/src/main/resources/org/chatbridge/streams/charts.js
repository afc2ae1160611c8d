// Lines and stacked areas over time with the gaps as bands, each with a legend that reads them and a table.

import uPlot from '/uplot.js';
import { NONE, clock, minute } from '/words.js';
import { element, say } from '/tables.js';

const HEIGHT_PX = 150;
const BAND_LEAST_PX = 2;
const HATCH_PX = 6;
const TABLE_ROWS = 60;

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/**
 * One figure of the page.
 *
 * Its data: `{times: [seconds], from, to, series: [{name, title, colour, dash, values: [number|null]}]}`, oldest first;
 * the last time is the end of the last value. Stacked series lie on each other in their order.
 */
export class Chart {
  #plot = null;
  #box;
  #legend;
  #details;
  #title;
  #options;
  #data = null;
  #bands = [];
  #shape = '';
  #drawn = [];
  #read = new Map();

  /** @param options `{stacked, stepped, words(value), axis(value), steps}`; steps: between marks of the axis, ascending */
  constructor(figure, options) {
    this.#box = figure.querySelector('.plot');
    this.#legend = figure.querySelector('.legend');
    this.#details = figure.querySelector('details');
    this.#title = figure.querySelector('h3').textContent;
    this.#options = options;
    this.#details.addEventListener('toggle', () => this.#fillTable());
    new ResizeObserver(() => this.#resize()).observe(this.#box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#shape = '';
      if (this.#data) this.show(this.#data, this.#bands);
    });
  }

  /** @param bands `[{from, to}]` in seconds */
  show(data, bands) {
    this.#data = data;
    this.#bands = bands;
    const { stacked } = this.#options;
    this.#drawn = stacked ? stack(data.series).reverse() : data.series;
    const shape = data.series.map(series => series.name).join('\n');
    if (shape !== this.#shape || !this.#plot) {
      this.#shape = shape;
      this.#rebuild();
    }
    this.#plot.setData([data.times, ...this.#drawn.map(series => series.values)], false);
    this.#plot.setScale('x', { min: data.from, max: data.to });
    this.#readAt(null);
    this.#summarise();
    this.#fillTable();
  }

  #rebuild() {
    this.#plot?.destroy();
    const { stacked, stepped, axis, steps } = this.#options;
    const paths = stepped ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
    const axes = { stroke: colour('soft'), font: '11px system-ui, sans-serif', grid: { stroke: colour('line'), width: 1 } };
    this.#plot = new uPlot({
      width: Math.max(200, this.#box.clientWidth),
      height: HEIGHT_PX,
      padding: [8, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: true },
        y: { range: (plot, least, most) => [0, most > 0 ? most * 1.1 : 1] }
      },
      axes: [
        { ...axes, ticks: { show: false }, size: 24, gap: 4, space: 56, values: (plot, marks) => marks.map(mark => this.#mark(mark)) },
        { ...axes, ticks: { show: false }, size: 46, gap: 4, space: 28, values: (plot, marks) => marks.map(axis), ...(steps && { incrs: steps }) }
      ],
      series: [{}, ...this.#drawn.map(series => ({
        label: series.title,
        stroke: colour(series.colour),
        fill: stacked ? colour(series.colour) : undefined,
        width: stacked ? 1 : 2,
        dash: series.dash,
        paths,
        spanGaps: !stepped,
        points: { show: !stepped, size: 4, fill: colour(series.colour) }
      }))],
      hooks: {
        draw: [plot => this.#drawBands(plot)],
        setCursor: [plot => this.#readAt(plot.cursor.idx)]
      }
    }, [[], ...this.#drawn.map(() => [])], this.#box);
    this.#rebuildLegend();
  }

  #mark(second) {
    const date = new Date(second * 1000);
    return date.getHours() + date.getMinutes() === 0
      ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
      : clock(date);
  }

  #rebuildLegend() {
    this.#read.clear();
    this.#legend.replaceChildren(...this.#data.series.map(series => {
      const item = element('li');
      const swatch = element('span', `swatch ${series.colour}${series.dash ? ' dashed' : ''}`);
      const value = element('span', 'value', NONE);
      item.append(swatch, element('span', 'name', series.title), value);
      this.#read.set(series.name, value);
      return item;
    }));
  }

  /** The values at a place of the cursor; without one the newest. */
  #readAt(index) {
    for (const series of this.#data.series) {
      const value = index === null || index === undefined ? newest(series.values) : series.values[index];
      say(this.#read.get(series.name), this.#words(value));
    }
  }

  #words(value) {
    return value === null || value === undefined ? NONE : this.#options.words(value);
  }

  #summarise() {
    const { times, series } = this.#data;
    const parts = series.map(each => {
      let top = -1;
      each.values.forEach((value, i) => {
        if (value !== null && (top < 0 || value > each.values[top])) top = i;
      });
      return top < 0 ? `${each.title}: nothing`
        : `${each.title}: ${this.#words(newest(each.values))} now, at most ${this.#words(each.values[top])} at ${minute(times[top] * 1000, times.at(-1) * 1000)}`;
    });
    this.#box.setAttribute('aria-label', `${this.#title}. ${parts.join('; ')}. Gaps: ${this.#bands.length}.`);
  }

  #fillTable() {
    const holder = this.#details.querySelector('div');
    if (!this.#details.open || !this.#data) {
      holder.replaceChildren();
      return;
    }
    const { times, series } = this.#data;
    const table = element('table', 'plain');
    const head = table.createTHead().insertRow();
    for (const text of ['Time', ...series.map(each => each.title)]) {
      const cell = element('th', '', text);
      cell.scope = 'col';
      head.append(cell);
    }
    table.append(element('caption', 'unseen', `${this.#title}, the newest first`));
    const body = table.createTBody();
    // The last time only ends the last value.
    for (let i = times.length - 2; i >= Math.max(0, times.length - 1 - TABLE_ROWS); i--) {
      const row = body.insertRow();
      const time = element('th', '', minute(times[i] * 1000, times.at(-1) * 1000));
      time.scope = 'row';
      row.append(time, ...series.map(each => element('td', '', this.#words(each.values[i]))));
    }
    holder.replaceChildren(table);
  }

  #drawBands(plot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const band of this.#bands) {
      const left = plot.valToPos(band.from, 'x', true);
      const right = Math.max(left + BAND_LEAST_PX * devicePixelRatio, plot.valToPos(band.to, 'x', true));
      drawBand(ctx, left, right, bbox.top, bbox.top + bbox.height);
    }
    ctx.restore();
  }

  #resize() {
    if (this.#plot && this.#box.clientWidth > 0 && this.#plot.width !== this.#box.clientWidth) {
      this.#plot.setSize({ width: this.#box.clientWidth, height: HEIGHT_PX });
    }
  }
}

/** A tint, stripes for who cannot tell it by colour, and a strong upper edge. */
function drawBand(ctx, left, right, top, bottom) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, bottom - top);
  ctx.clip();
  ctx.fillStyle = ctx.strokeStyle = colour('gap');
  ctx.globalAlpha = 0.18;
  ctx.fillRect(left, top, right - left, bottom - top);
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (let x = left - (bottom - top); x < right; x += HATCH_PX * devicePixelRatio) {
    ctx.moveTo(x, bottom);
    ctx.lineTo(x + (bottom - top), top);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.fillRect(left, top, right - left, 3 * devicePixelRatio);
  ctx.restore();
}

function newest(values) {
  return values.findLast(value => value !== null) ?? null;
}

/** Each series on top of those before it. */
function stack(series) {
  let below = null;
  return series.map(each => {
    const values = each.values.map((value, i) => value === null ? null : value + (below?.[i] ?? 0));
    below = values;
    return { ...each, values };
  });
}
