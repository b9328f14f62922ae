/** Numbers, months and units as people of a language write them. */

import { language } from './language.svelte';
import { named } from './t';

const made = new Map<string, Intl.NumberFormat>();

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = language.current + JSON.stringify(options);
  const known = made.get(key) ?? new Intl.NumberFormat(localeOf(), options);
  made.set(key, known);
  return known;
}

/** Spanish of North America: a point for decimals, a comma for thousands. */
export function localeOf(): string {
  return language.current === 'es' ? 'es-MX' : 'en-US';
}

/** Rounded to so many significant digits. */
export function rounded(value: number, digits = 2): number {
  return Number(value.toPrecision(digits));
}

/** A number with so many significant digits, in full. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  // Minus zero and what rounds to it read as zero.
  return formatter({ maximumSignificantDigits: digits }).format(value === 0 ? 0 : value);
}

/** A number in short, for axes: 80K, 1.2M. */
export function brief(value: number): string {
  if (value === 0) return '0';
  return formatter({ notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}

/** A share as a number of 100. */
export function ofHundred(share: number): string {
  return formatter({ maximumFractionDigits: 0 }).format(share * 100);
}

/** A month, "2026-01", in words. */
export function month(text: string): string {
  const [year = 2000, number = 1] = text.split('-').map(Number);
  const options = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(localeOf(), options).format(new Date(Date.UTC(year, number - 1, 1)));
}

/** A value with its unit; money and large numbers in short words. */
export function withUnit(value: number, unit: string, digits = 3): string {
  const [what, per] = unit.split('/');
  const tail = per ? ` ${named('unit', `per_${per}`, `/ ${per}`)}` : '';
  if (what === 'USD') return money(value, digits) + tail;
  if (what === '1' || what === '') return number(value, digits) + tail;
  return `${number(value, digits)} ${named('unit', what ?? '')}${tail}`;
}

/** Dollars in words: 1.2 billion USD. */
export function money(value: number, digits = 3): string {
  const options = { notation: 'compact', compactDisplay: 'long', maximumSignificantDigits: digits } as const;
  return `${formatter(options).format(value)} ${named('unit', 'USD', 'USD')}`;
}

/** A unit on its own; a number without unit has none. */
export function unitText(unit: string): string {
  const [what = '', per] = unit.split('/');
  const name = what === '1' || what === '' ? '' : named('unit', what);
  return per ? `${name} ${named('unit', `per_${per}`, `/ ${per}`)}`.trim() : name;
}
