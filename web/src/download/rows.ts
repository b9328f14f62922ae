/** Exactly what a chart shows, as rows. */

import type { Fan } from '../charts/fan';
import type { BandAt } from '../charts/geometry';
import type { ModelFile, Series } from '../engine/boundary';
import type { Against } from '../state/bands';

/** One row: a value of the record has only `q50`. */
export interface Row {
  series: string;
  line: 'record' | 'past' | 'baseline' | 'assumed' | 'policy' | 'effect_status_quo' | 'effect_today';
  /** Middle of the period, in years. */
  time: number;
  q05: number | null;
  q25: number | null;
  q50: number;
  q75: number | null;
  q95: number | null;
  unit: string;
  /** Whether back-tests reach this time. */
  tested: boolean;
}

/** What is downloaded: a chart and what it is about. */
export interface Download {
  model: ModelFile;
  series: Series;
  fan: Fan;
  effects: { against: Against; bands: BandAt[] }[];
  /** Where back-tests end, in years. */
  testedUntil: number;
  /** Address that opens the same state. */
  link: string;
}

/** All rows of a chart, line by line. */
export function rowsOf({ series, fan, effects, testedUntil }: Download): Row[] {
  const common = { series: series.id, unit: fan.unit };
  const point = (line: Row['line']) => ([time, value]: [number, number]): Row =>
    ({ ...common, line, time, q05: null, q25: null, q50: value, q75: null, q95: null, tested: time <= testedUntil });
  const band = (line: Row['line']) => ({ x, band: [q05, q25, q50, q75, q95] }: BandAt): Row =>
    ({ ...common, line, time: x, q05, q25, q50, q75, q95, tested: x <= testedUntil });
  return [
    ...fan.record.map(point('record')),
    ...(['past', 'baseline', 'assumed', 'policy'] as const).flatMap((line) => fan[line].map(band(line))),
    ...effects.flatMap(({ against, bands }) => bands.map(band(`effect_${against}`))),
  ];
}

/** What must stand beside the numbers wherever they go. */
export function metadataOf({ model, series, link }: Download): Record<string, string> {
  return {
    title: series.title,
    series: series.id,
    documentation: series.documentation,
    concerns: series.concerns,
    model: model.title,
    model_version: model.version,
    data_through: model.data_through,
    draws: String(model.draws),
    seed: String(model.seed),
    link,
    command: commandOf(link),
    columns:
      'q05 to q95 are quantiles over the draws; a row of the record has its value in q50; time is the middle of the period in years; effects are differences draw by draw, from the same world without the policy or from a year of today (the last twelve months of data)',
    citation: `${model.title}, version ${model.version}, data through ${model.data_through_label}. ${link}`,
  };
}

/** The command line that gives the same answer. */
export function commandOf(link: string): string {
  return `counterflow run '${link.slice(link.indexOf('#')).replaceAll("'", '%27')}'`;
}
