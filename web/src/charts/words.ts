/** Bands in words. */

import type { Band } from '../engine/boundary';
import { number, withUnit } from '../texts/numbers';
import { t } from '../texts/t';

/** Median and the band of 90 of 100. */
export function bandText(band: Band, unit: string): string {
  return t('chart.band', { median: withUnit(band[2], unit), low: number(band[0]), high: number(band[4]) });
}
