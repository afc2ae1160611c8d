// Part of look.sh: asks Prometheus every query of chatbridge.json, says which have no data, and writes the page that draws them.
import { readFileSync, writeFileSync } from 'node:fs';
import { buildSync } from 'esbuild';

const [prometheus, minutes, directory] = process.argv.slice(2);
const dashboard = JSON.parse(readFileSync('../../deploy/grafana/dashboards/chatbridge.json', 'utf8'));
const scrape = 5; // timeInterval of the data source
const to = Math.floor(Date.now() / 1000), from = to - 60 * minutes;

const step = {}, answers = {}, silent = [];
let asked = 0;
for (const { id, title, targets = [], interval, gridPos } of dashboard.panels) {
  const lowest = interval ? parseInt(interval, 10) * 60 : scrape; // only minutes are in use
  step[id] = Math.max(lowest, Math.ceil((to - from) / (gridPos.w * 60) / scrape) * scrape);
  const rate = Math.max(step[id] + scrape, 4 * scrape);
  answers[id] = [];
  for (const { refId, expr, legendFormat } of targets) {
    const query = expr.replaceAll('$__rate_interval', `${rate}s`).replace(/\$(bridge|views)/g, '.*');
    const begin = Math.ceil(from / step[id]) * step[id];
    const answer = await fetch(`${prometheus}/api/v1/query_range`, { method: 'POST', body: new URLSearchParams({ query, start: begin, end: to, step: step[id] }) });
    const { status, data, error } = await answer.json();
    if (status !== 'success') throw new Error(`${title}: ${query}: ${error}`);
    asked++;
    if (data.result.length === 0) silent.push(`${title} (${refId})`);
    answers[id].push({ refId, legend: legendFormat, series: data.result });
  }
}
console.log(`${asked - silent.length} of ${asked} queries have data in the last ${minutes} minutes`);
silent.forEach((name) => console.log(`  none: ${name}`));

buildSync({ entryPoints: ['look.tsx'], bundle: true, outfile: `${directory}/look.js`, jsx: 'automatic', define: { 'process.env.NODE_ENV': '"production"' }, loader: { '.ttf': 'empty' }, logLevel: 'error' });
for (const mode of ['dark', 'light']) {
  const look = JSON.stringify({ dashboard, answers, step, from: from * 1000, to: to * 1000, mode }).replaceAll('<', '\\u003c');
  writeFileSync(`${directory}/${mode}.html`, `<!doctype html><meta charset="utf-8"><title>chatbridge</title><link rel="stylesheet" href="look.css"><div id="look"></div><script>window.look = ${look}</script><script src="look.js"></script>`);
}
