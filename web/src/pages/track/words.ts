/** What scores say, in words. */

import { localeOf, month, ofHundred } from '../../texts/numbers';
import { named, t } from '../../texts/t';
import type { Ratio, Score, Target, TrackFile } from '../files';

/** Name of what was forecast. */
export function targetName(target: { id: string; title: string }): string {
  return named('target', target.id, target.title);
}

/** Score over that of a reference, with its interval. */
export function ratioText(ratio: Ratio | null): string {
  if (!ratio) return '–';
  const { format } = new Intl.NumberFormat(localeOf(), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return t('chart.band', { median: format(ratio.value), low: format(ratio.lo90), high: format(ratio.hi90) });
}

/** A day, "2026-11-23", in words. */
export function dayText(date: string): string {
  const options = { dateStyle: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(localeOf(), options).format(new Date(`${date}T00:00:00Z`));
}

/** Shares within the three bands, of a hundred. */
export function coverageText(coverage: readonly number[]): string {
  return coverage.map(ofHundred).join(' / ');
}

/** How far the middle was off, with its sign. */
export function biasText(bias: number): string {
  const share = Math.round(bias * 100);
  return t('dose.percent', { percent: share > 0 ? `+${share}` : String(share) });
}

/** Months in words, in a list. */
export function monthsText(months: string[]): string {
  return new Intl.ListFormat(localeOf()).format(months.map(month));
}

/** Whether bands held about as many as they should: those of 80 in 100 tell. */
function width([, eighty]: readonly number[]): string {
  const off = (eighty ?? 0) - 0.8;
  return t(off > 0.03 ? 'track.too_wide' : off < -0.03 ? 'track.too_narrow' : 'track.as_wide');
}

/** What all scores mean together. */
export function meaning(track: TrackFile): string[] {
  const ratios = track.targets.flatMap(({ scores }) => scores).flatMap(({ to_persistence }) => (to_persistence ? [to_persistence] : []));
  const count = (verdict: Ratio['verdict']) => ratios.filter((ratio) => ratio.verdict === verdict).length;
  const [fifty = '', eighty = '', most = ''] = track.coverage.map(ofHundred);
  return [
    t('track.against', { better: count('better'), worse: count('worse'), open: count('open'), all: ratios.length }),
    t('track.covered', { fifty, eighty, most, width: width(track.coverage) }),
    t('track.few', { origins: track.origins.length }),
  ];
}

/** What the scores of a target's sums of twelve months mean. */
export function ofTarget(target: Target): string[] {
  const told = target.scores.filter(({ measure, months_ahead }) => measure === 'twelve_months' && [12, 24].includes(months_ahead));
  return told.map((score: Score) => {
    const bias = Math.round(score.bias * 100);
    const off = t(bias > 0 ? 'track.too_high' : bias < 0 ? 'track.too_low' : 'track.right', { percent: Math.abs(bias) });
    const against = named('verdict', score.to_persistence?.verdict ?? 'none');
    return t('track.of_target', { months: score.months_ahead, against, off });
  });
}
