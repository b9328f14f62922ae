/** Bands of what is shown: levels, and effects against both references, member by member. */

import type { Band, ModelFile, Series } from '../engine/boundary';
import { bandOf } from '../engine/quantiles';
import { difference, shared } from '../engine/world';
import type { World } from '../engine/world';
import type { Shown } from './simulation.svelte';

/** What an effect is a difference from. */
export type Against = 'status_quo' | 'today';

/** Row of the summary over the years counted, and of today in the same terms. */
const LEVEL = 'level';
const TODAY = 'today';

/** Position of a row of the engine's answer. */
export function rowOf(model: ModelFile, name: string | number): number {
  return model.rows.indexOf(String(name));
}

/** Position of a series. */
export function indexOf(model: ModelFile, id: string): number {
  return model.series.findIndex((series) => series.id === id);
}

/** Years that the engine tells. */
export function yearsOf(model: ModelFile): number[] {
  return model.rows.map(Number).filter((year) => Number.isFinite(year));
}

/**
 * Band of a series in a row of the policy's world.
 *
 * While members are still arriving, the band of all members without the policy is moved by what the policy does to the
 * quantiles of those that are there: an estimate that does not jump when the rest arrive.
 */
export function levelBand(shown: Shown, series: number, row: number): Band {
  if (shown.complete || shown.policy === shown.assumed || !shown.assumed.has()) {
    return wholeBand(shown.policy, series, row);
  }
  const there = shared(shown.policy, shown.assumed);
  const all = wholeBand(shown.assumed, series, row);
  const after = bandOf(shown.policy.column(series, row, there));
  const before = bandOf(shown.assumed.column(series, row, there));
  return all.map((value, i) => value + (after[i] as number) - (before[i] as number)) as Band;
}

/** Band of a series in a row of the world without the policy. */
export function assumedBand(shown: Shown, series: number, row: number): Band {
  return wholeBand(shown.assumed, series, row);
}

/** Bands of worlds that are complete: they are asked for again at each step of a slider. */
const known = new WeakMap<World, Map<number, Band>>();

function wholeBand(world: World, series: number, row: number): Band {
  if (!world.has()) return bandOf(world.column(series, row));
  const bands = known.get(world) ?? new Map<number, Band>();
  known.set(world, bands);
  const key = series * world.shape.rows + row;
  const band = bands.get(key) ?? bandOf(world.column(series, row));
  bands.set(key, band);
  return band;
}

/** Effect over the years counted, draw by draw. */
export function effectBand(shown: Shown, model: ModelFile, series: Series, against: Against): Band {
  return bandOf(effectDraws(shown.policy, shown.assumed, model, series, against));
}

/** Draws of an effect over the years counted. */
export function effectDraws(
  policy: World,
  other: World,
  model: ModelFile,
  series: Series,
  against: Against,
): Float64Array {
  const index = indexOf(model, series.id);
  const level = rowOf(model, LEVEL);
  return against === 'status_quo'
    ? difference(policy, other, index, level)
    : difference(policy, policy, index, level, rowOf(model, TODAY));
}

/** Effect in one year, draw by draw; against today it is the change from a year of today. */
export function effectInYear(shown: Shown, model: ModelFile, series: Series, against: Against, year: number): Band {
  const index = indexOf(model, series.id);
  const row = rowOf(model, year);
  if (against === 'status_quo') return bandOf(difference(shown.policy, shown.assumed, index, row));
  const draws = shown.policy.column(index, row);
  const today = shown.policy.column(index, rowOf(model, TODAY));
  const years = todayYears(model, series);
  return bandOf(draws.map((value, i) => value - (today[i] as number) / years));
}

/** Years of today in the row "today": a total is compared with as many years of today. */
export function todayYears(model: ModelFile, series: Series): number {
  return series.summary === 'total' ? model.years[1] - model.years[0] : 1;
}
