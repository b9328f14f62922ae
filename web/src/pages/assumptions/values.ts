/** Values of parameters in words. */

import type { Band } from '../../engine/boundary';
import { localeOf, number, unitText, withUnit } from '../../texts/numbers';
import { t } from '../../texts/t';

/** Whether numbers are points in time, which are written in full and without a unit. */
const isDate = (value: number, unit: string) => unit === 'year' && value >= 1900 && value <= 2100;

const date = (value: number) => new Intl.NumberFormat(localeOf(), { useGrouping: false, maximumFractionDigits: 2 }).format(value);

/** A value with its unit. */
export function valueText(value: number, unit: string): string {
  return isDate(value, unit) ? date(value) : withUnit(value, unit);
}

/** A value without its unit. */
export function bareText(value: number, unit: string): string {
  return isDate(value, unit) ? date(value) : number(value);
}

/** Median and band of 90 of 100, with unit; one value where all are the same. */
export function bandText(band: Band, unit: string): string {
  if (band[0] === band[4]) return valueText(band[2], unit);
  const words = t('chart.band', { median: bareText(band[2], unit), low: bareText(band[0], unit), high: bareText(band[4], unit) });
  return isDate(band[2], unit) ? words : `${words} ${unitText(unit)}`.trim();
}
