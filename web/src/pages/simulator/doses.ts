/** Doses of levers in words, and what a slider spans. */

import type { Lever, Move } from '../../engine/boundary';
import { number, withUnit } from '../../texts/numbers';
import { t } from '../../texts/t';

/** A dose in words. */
export function doseText(lever: Lever, dose: number): string {
  if (dose === lever.neutral) return t('dose.none');
  if (lever.unit !== '1') return signed(dose - lever.neutral) + withUnit(dose, lever.unit);
  if (lever.neutral === 1) return t('dose.times', { factor: number(dose) });
  // A share is told in hundredths; what can be more than the whole is a number of units.
  if (lever.range && Math.max(...lever.range.map(Math.abs)) > 1) return signed(dose) + number(dose);
  return t('dose.percent', { percent: signed(dose) + number(dose * 100) });
}

/** What the slider spans: the documented range, and the dose if it lies beyond. */
export function spanOf(lever: Lever, dose: number): [number, number] {
  const [low, high] = lever.range ?? [Math.min(0, lever.typical), Math.max(lever.typical * 2, lever.neutral)];
  return [Math.min(low, dose, lever.neutral), Math.max(high, dose, lever.neutral)];
}

/** Whether a dose lies outside the documented range. */
export function isBeyond(lever: Lever, dose: number): boolean {
  return lever.range !== null && (dose < lever.range[0] || dose > lever.range[1]);
}

/** Start of a month in years. */
export function timeOf(month: string): number {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return year + (number - 1) / 12;
}

/** When a move acts: start, full dose, end (the horizon's where it has none). */
export function phases(move: Move, horizon: number): { start: number; full: number; end: number } {
  const start = timeOf(move.start);
  const end = move.end ? timeOf(move.end) : horizon;
  return { start, full: Math.min(start + move.ramp_months / 12, end), end };
}

const signed = (value: number) => (value > 0 ? '+' : '');
