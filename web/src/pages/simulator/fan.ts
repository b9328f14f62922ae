/** Data of the charts from what has been run, the shipped bands and the record. */

import type { Band, Baseline, ModelFile, Series } from '../../engine/boundary';
import type { Fan } from '../../charts/fan';
import type { BandAt, Point } from '../../charts/geometry';
import { dataEnd } from '../../state/app.svelte';
import { assumedBand, effectInYear, indexOf, levelBand, rowOf, yearsOf, type Against } from '../../state/bands';
import type { Shown } from '../../state/simulation.svelte';

/** First year that the charts show. */
export const FIRST_YEAR = 2014;

/** Times that the charts show, in years. */
export function timesOf(model: ModelFile): [number, number] {
  return [FIRST_YEAR, model.years[1]];
}

/** Unit of a rate over time, and of the number for all years counted: a total over the years is not a rate. */
export function unitsOf(series: Series): { rate: string; level: string } {
  if (series.summary !== 'total') return { rate: series.unit, level: series.unit };
  const level = series.unit.replace(/\/year$/, '');
  return { rate: `${level}/year`, level };
}

/** A year's mean stands in the middle of the year. */
const middle = (year: number) => year + 0.5;

/** Whether a year's mean lies after the end of the data. */
const isAhead = (year: number, model: ModelFile) => middle(year) >= dataEnd(model);

/** Everything the fan chart of a series shows. */
export function fanOf(
  model: ModelFile,
  baseline: Baseline,
  series: Series,
  shown: Shown | null,
  lines: { assumed: boolean; policy: boolean; paths: boolean },
  title: string,
): Fan {
  const shipped = baseline.series.find((one) => one.id === series.id);
  const bands: BandAt[] = (shipped?.bands ?? []).map((band, i) => ({ x: middle(baseline.years[i] ?? NaN), band }));
  const index = indexOf(model, series.id);
  const years = yearsOf(model).filter((year) => isAhead(year, model) && year < model.years[1]);
  const line = (of: (row: number) => Band) =>
    shown ? years.map((year) => ({ x: middle(year), band: of(rowOf(model, year)) })) : [];
  const paths = lines.paths ? (baseline.paths.find((one) => one.id === series.id)?.values ?? []) : [];
  const last = model.years[1];
  return {
    title,
    unit: unitsOf(series).rate,
    record: (shipped?.record ?? []).filter(([x]) => x >= FIRST_YEAR),
    past: bands.filter(({ x }) => x >= FIRST_YEAR && !isAhead(Math.floor(x), model)),
    baseline: bands.filter(({ x }) => isAhead(Math.floor(x), model) && x < last),
    assumed: lines.assumed && shown ? line((row) => assumedBand(shown, index, row)) : [],
    policy: lines.policy && shown ? line((row) => levelBand(shown, index, row)) : [],
    paths: paths.map((values) => values.map((value, i): Point => [middle(baseline.years[i] ?? NaN), value])),
  };
}

/** Bands of what the policy changes in each year. */
export function effectOf(model: ModelFile, series: Series, shown: Shown, against: Against): BandAt[] {
  return yearsOf(model)
    .filter((year) => isAhead(year, model) && year < model.years[1])
    .map((year) => ({ x: middle(year), band: effectInYear(shown, model, series, against, year) }));
}
