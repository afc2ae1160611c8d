// Draws chatbridge.json with Grafana's own components, from what look.mjs was answered by Prometheus. State timelines, which
// are not among the published components, are drawn with boxes.
import {
  applyNullInsertThreshold, createTheme, dateTime, type DataFrame, type Field, FieldType, getDisplayProcessor, getFieldDisplayName, getFieldMatcher, getMinMaxAndDelta,
  ThemeContext, toDataFrame,
} from '@grafana/data';
import { BigValue, GlobalStyles, PanelChrome, TimeSeries } from '@grafana/ui';
import { set } from 'lodash';
import { createRoot } from 'react-dom/client';

interface Series { metric: Record<string, string>; values: Array<[number, string]> }
interface Answer { refId: string; legend: string; series: Series[] }
interface Look { dashboard: any; answers: Record<number, Answer[]>; from: number; to: number; step: Record<number, number>; mode: 'dark' | 'light' }
const look: Look = (window as any).look;

const theme = createTheme({ colors: { mode: look.mode } });
const timeRange = { from: dateTime(look.from), to: dateTime(look.to), raw: { from: dateTime(look.from), to: dateTime(look.to) } };

/** What a panel of time series has where nothing is said. */
const graph = { drawStyle: 'line', lineInterpolation: 'linear', lineWidth: 1, fillOpacity: 0, gradientMode: 'none', showPoints: 'auto', pointSize: 5,
  axisPlacement: 'auto', axisColorMode: 'text', axisBorderShow: false, barAlignment: 0, barWidthFactor: 0.6, spanNulls: false, insertNulls: false,
  scaleDistribution: { type: 'linear' }, stacking: { mode: 'none', group: 'A' }, thresholdsStyle: { mode: 'off' } };

function frames(panel: any): DataFrame[] {
  const all = look.answers[panel.id].flatMap(({ refId, legend, series }) => series.map(({ metric, values }) => toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: values.map(([at]) => at * 1000), config: { interval: look.step[panel.id] * 1000 } },
      { name: 'Value', type: FieldType.number, labels: metric, values: values.map(([, value]) => (value === 'NaN' ? null : Number(value))),
        config: { ...structuredClone(panel.fieldConfig.defaults), custom: { ...graph, ...structuredClone(panel.fieldConfig.defaults.custom) },
          displayNameFromDS: legend.replace(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '') || undefined } },
    ],
  })));
  all.forEach((frame, index) => frame.fields.forEach((field) => {
    for (const { matcher, properties } of panel.fieldConfig.overrides) {
      if (field.type === FieldType.number && getFieldMatcher(matcher)(field, frame, all)) {
        properties.forEach(({ id, value }: any) => set(field.config, id, value));
      }
    }
    field.state = { ...field.state, seriesIndex: index, displayName: getFieldDisplayName(field, frame, all) };
    if (field.type === FieldType.number) field.state.range = getMinMaxAndDelta(field);
    field.display = getDisplayProcessor({ field, theme });
  }));
  return all.map((frame) => applyNullInsertThreshold({ frame, refFieldPseudoMax: look.to, refFieldPseudoMin: look.from }) as DataFrame);
}

const number = (frame: DataFrame): Field => frame.fields.find((field) => field.type === FieldType.number)!;

function Nothing({ panel }: any) {
  return <div style={{ display: 'flex', height: '100%', alignItems: 'center', justifyContent: 'center', color: theme.colors.text.secondary }}>
    {panel.fieldConfig.defaults.noValue ?? 'No data'}</div>;
}

function Stat({ panel, width, height }: any) {
  const [frame] = frames(panel);
  const field = frame ? number(frame) : undefined;
  const last = field ? [...field.values].reverse().find((value) => value !== null) : undefined;
  const display = field?.display ?? getDisplayProcessor({ field: { type: FieldType.number, config: panel.fieldConfig.defaults }, theme });
  const { colorMode, graphMode, justifyMode, textMode } = panel.options;
  return <BigValue theme={theme} width={width} height={height} colorMode={colorMode} graphMode={graphMode} justifyMode={justifyMode} textMode={textMode}
    value={display(last ?? null)} sparkline={field && graphMode !== 'none' ? { x: frame.fields[0], y: field } : undefined} />;
}

function Chart({ panel, width, height }: any) {
  const drawn = frames(panel);
  return drawn.length === 0 ? <Nothing panel={panel} />
    : <TimeSeries frames={drawn} timeRange={timeRange} timeZone="browser" width={width} height={height} legend={panel.options.legend} options={panel.options}
        tweakScale={(options) => options} tweakAxis={(options) => options} />;
}

function Timeline({ panel, width, height }: any) {
  const drawn = frames(panel);
  if (drawn.length === 0) return <Nothing panel={panel} />;
  const names = 16 + 7 * Math.max(...drawn.map((frame) => getFieldDisplayName(number(frame), frame, drawn).length)), line = Math.min(40, (height - 20) / drawn.length);
  const place = (at: number) => names + ((at - look.from) / (look.to - look.from)) * (width - names - 8);
  const step = look.step[panel.id] * 1000;
  return <svg width={width} height={height} style={{ fontSize: 12, fill: theme.colors.text.primary }}>
    {drawn.map((frame, row) => {
      const field = number(frame), times = frame.fields[0].values;
      const runs: Array<{ value: any; from: number; to: number }> = [];
      field.values.forEach((value, i) => {
        const open = runs.at(-1);
        if (open && open.value === value && times[i] - open.to < 2 * step) open.to = times[i];
        else { if (open && times[i] - open.to < 2 * step) open.to = times[i]; runs.push({ value, from: times[i], to: times[i] }); }
      });
      return <g key={row} transform={`translate(0 ${row * line})`}>
        <text x={names - 8} y={line / 2 + 4} textAnchor="end">{getFieldDisplayName(field, frame, drawn)}</text>
        {runs.filter(({ value }) => value !== null).map(({ value, from, to }, i) => {
          const shown = field.display!(value), wide = place(to) - place(from);
          return <g key={i}>
            <rect x={place(from)} width={Math.max(1, wide)} y={line * 0.1} height={line * 0.8} fill={shown.color} fillOpacity={panel.fieldConfig.defaults.custom.fillOpacity / 100} />
            {wide > shown.text.length * 7 && <text x={place(from) + 4} y={line / 2 + 4}>{shown.text}</text>}
          </g>;
        })}
      </g>;
    })}
  </svg>;
}

const drawnBy: Record<string, (props: any) => JSX.Element> = { stat: Stat, timeseries: Chart, 'state-timeline': Timeline };

// Grafana's grid: 24 columns, lines of 30 pixels, 8 between; one column where the window is narrow.
function Grid() {
  const narrow = window.innerWidth < 769, column = (window.innerWidth - 16 + 8) / 24;
  let below = 8;
  const panels = look.dashboard.panels.map((panel: any) => {
    const { x, y, w, h } = panel.gridPos, height = h * 38 - 8;
    const box = narrow ? { left: 8, top: below, width: window.innerWidth - 16, height } : { left: 8 + x * column, top: 8 + y * 38, width: w * column - 8, height };
    below = Math.max(below, box.top + height + 8);
    const Draw = drawnBy[panel.type];
    return <div key={panel.id} style={{ position: 'absolute', ...box }}>
      {panel.type === 'row' ? <div style={{ padding: 4, fontSize: 16 }}>⌄ {panel.title}</div>
        : <PanelChrome title={panel.title} description={panel.description} width={box.width} height={box.height}>
            {(width, height) => <Draw panel={panel} width={width} height={height} />}
          </PanelChrome>}
    </div>;
  });
  return <div style={{ height: below, position: 'relative' }}>{panels}</div>;
}

document.body.style.cssText = `margin: 0; background: ${theme.colors.background.canvas}`;
createRoot(document.getElementById('look')!).render(
  <ThemeContext.Provider value={theme}><GlobalStyles isExtensionSidebarOpen={false} /><Grid /></ThemeContext.Provider>);
