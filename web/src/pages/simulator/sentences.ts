/** What the charts say, in words. */

import type { Answer, Band, ModelFile, Series } from '../../engine/boundary';
import type { Against } from '../../state/bands';
import { month, number, ofHundred, withUnit } from '../../texts/numbers';
import type { Key } from '../../texts/language.svelte';
import { named, t } from '../../texts/t';
import { unitsOf } from './fan';

/** Name of a series. */
export function titleOf(series: Series): string {
  return named('series', series.id, series.title);
}

/** Units of things that are counted, of which there are fewer and not less. */
const COUNTED = ['people', 'gun', 'kit'];

/** A change in words: 1,200 people fewer. */
export function change(value: number, unit: string): string {
  const shown = withUnit(Math.abs(value), unit, 2);
  if (Number(value.toPrecision(2)) === 0) return t('change.none');
  if (value > 0) return t('change.more', { value: shown });
  return t(COUNTED.includes(unit.split('/')[0] ?? '') ? 'change.fewer' : 'change.less', { value: shown });
}

/** What an effect is a difference from, as a title. */
export function referenceLabel(model: ModelFile, against: Against): string {
  return against === 'today' ? t('chart.effect_today', { until: month(model.data_through) }) : t('chart.effect_status_quo');
}

/** What the number of a series over the years counted is: a total, a mean or an end. */
function spanOf(model: ModelFile, series: Series): string {
  const key: Record<Series['summary'], Key> = { total: 'say.total', mean: 'say.mean', end: 'say.end' };
  return t(key[series.summary], { from: String(model.years[0]), to: String(model.years[1] - 1) });
}

/** The level over the years counted. */
export function levelSentence(model: ModelFile, series: Series, band: Band, moved: boolean): string {
  const unit = unitsOf(series).level;
  const values = {
    span: spanOf(model, series),
    title: titleOf(series),
    low: number(band[0], 2),
    high: withUnit(band[4], unit, 2),
    half_low: number(band[1], 2),
    half_high: number(band[3], 2),
  };
  return t(moved ? 'say.level_policy' : 'say.level', values);
}

/** What the policy changes over the years counted. */
export function effectSentence(series: Series, band: Band, against: Against): string {
  const unit = unitsOf(series).level;
  const all = band.map((value) => change(value, unit));
  if (new Set(all).size === 1) return t(against === 'today' ? 'say.same_today' : 'say.same_status_quo', { change: all[2] ?? '' });
  const values = { middle: all[2] ?? '', half_low: all[1] ?? '', half_high: all[3] ?? '', low: all[0] ?? '', high: all[4] ?? '' };
  return t(against === 'today' ? 'say.effect_today' : 'say.effect_status_quo', values);
}

/** The same in few words. */
export function chanceWords(series: Series, answer: Answer): string | null {
  if (answer.basis === 'assumption' || answer.p_better === null) return null;
  return t(series.better === 'higher' ? 'budget.higher' : 'budget.lower', { count: ofHundred(answer.p_better) });
}

/** Chance of being better, only where the basis is not an assumption. */
export function chanceSentence(series: Series, answer: Answer): string | null {
  if (answer.basis === 'assumption' || answer.p_better === null) return null;
  const than = t(answer.reference === 'today' ? 'say.than_today' : 'say.than_status_quo');
  const key: Key = series.better === 'higher' ? 'say.chance_higher' : 'say.chance_lower';
  return t(key, { count: ofHundred(answer.p_better), than });
}

/** Where the direction of the effect would turn; null where nothing was sought. */
export function breakEvenSentence(answer: Answer, parameterName: (name: string) => string): string | null {
  const turn = answer.break_even;
  if (answer.basis !== 'assumption' || !turn) return null;
  const values = {
    parameter: parameterName(turn.parameter),
    low: number(turn.range[0]),
    high: withUnit(turn.range[1], turn.unit),
  };
  if (turn.value === null) return t('say.holds', values);
  return t('say.turns', { ...values, value: withUnit(turn.value, turn.unit) });
}
