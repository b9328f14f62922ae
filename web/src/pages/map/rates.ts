/** Rates of states at dates, from the record and the projection. */

import type { Band } from '../../engine/boundary';
import type { StatesFile } from '../files';

/** What is known of a state at a date: a figure of the record, or a band of the projection. */
export interface Known {
  /** Deaths in twelve months, in the middle. */
  deaths: number;
  /** Bands of deaths; null where the figure is of the record. */
  band: Band | null;
}

/** All dates in order: those of the record, then those of the projection. */
export function datesOf(file: StatesFile): string[] {
  const recorded = Object.values(file.record).flatMap((own) => own.map(([date]) => date));
  return [...new Set([...recorded, ...file.dates])].sort();
}

/** What is known of a state at a date; null where a month of it was withheld. */
export function knownOf(file: StatesFile, code: string, date: string): Known | null {
  const band = file.values[code]?.[file.dates.indexOf(date)];
  if (band) return { deaths: band[2], band };
  const recorded = file.record[code]?.find(([at]) => at === date);
  return recorded ? { deaths: recorded[1], band: null } : null;
}

/** Whether rates can be told: only if people of all places are known. */
export function hasPeople(file: StatesFile): boolean {
  return file.places.every(({ people }) => people !== null && people > 0);
}

/** What deaths are told per: 100,000 people where they are known, else nothing. */
export function factorOf(file: StatesFile, code: string): number {
  const people = file.places.find((place) => place.code === code)?.people;
  return hasPeople(file) && people ? 100_000 / people : 1;
}

/** Ends of classes of about equal size over all dates, as round numbers, so that colours mean the same at every date. */
export function classesOf(file: StatesFile, count: number): number[] {
  const values = datesOf(file)
    .flatMap((date) => file.places.map(({ code }) => (knownOf(file, code, date)?.deaths ?? NaN) * factorOf(file, code)))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const ends = Array.from({ length: count - 1 }, (_, i) => values[Math.floor(((i + 1) * values.length) / count)] ?? 0);
  return [...new Set(ends.map((end) => Number(end.toPrecision(2))))];
}

/** Class of a value, from 0. */
export function classOf(ends: number[], value: number): number {
  return ends.filter((end) => value >= end).length;
}

/** End of a month in years. */
export function timeOf(date: string): number {
  const [year = 0, month = 0] = date.split('-').map(Number);
  return year + month / 12;
}
