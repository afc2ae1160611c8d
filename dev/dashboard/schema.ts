// What chatbridge.json has to be, from the types that Grafana publishes: no option that its panel does not have, no missing one.
import type { Dashboard, Panel, RowPanel, FieldConfig } from '@grafana/schema';
import type { Options as Stat } from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type { Options as TimeSeries, FieldConfig as TimeSeriesField } from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';
import type { Options as Timeline, FieldConfig as TimelineField } from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';

/** A type as JSON has it: the text of an enum's value in place of the value. */
type Json<T> = T extends string ? `${T}` : T extends number | boolean | null | undefined ? T : { [K in keyof T]: Json<T[K]> };

/** A query of the Prometheus data source, whose types are not among the published ones. */
interface Query {
  refId: string;
  expr: string;
  legendFormat: string;
}

type DrawnBy<Type extends string, Options, Field> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Type;
  title: string;
  description: string;
  targets: Query[];
  options: Options;
  fieldConfig: {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: Field };
    overrides: Array<{ matcher: { id: 'byName' | 'byRegexp'; options: string }; properties: Array<Property<Field>> }>;
  };
};

type Property<Field> =
  | { [K in Exclude<keyof FieldConfig, 'custom'>]-?: { id: K; value: FieldConfig[K] } }[Exclude<keyof FieldConfig, 'custom'>]
  | { [K in keyof Field & string]-?: { id: `custom.${K}`; value: Field[K] } }[keyof Field & string];

export type Checked = Json<
  Omit<Dashboard, 'panels'> & {
    panels: Array<RowPanel | DrawnBy<'stat', Stat, never> | DrawnBy<'timeseries', TimeSeries, TimeSeriesField> | DrawnBy<'state-timeline', Timeline, TimelineField>>;
  }
>;
