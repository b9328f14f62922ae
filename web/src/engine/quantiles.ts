import type { Band } from './boundary';

const PROBABILITIES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

/** Quantile of sorted values: a line between order statistics (type 7), as in the program. NaN without values. */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const last = sorted.length - 1;
  if (last < 0) return NaN;
  const position = Math.min(1, Math.max(0, probability)) * last;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, last)] as number;
  // Equal neighbours are met exactly, also where both are infinite.
  return low === high ? low : low + (position - below) * (high - low);
}

/** Band of draws in any order; the draws are left as they are. */
export function bandOf(draws: Float64Array): Band {
  const sorted = draws.slice().sort();
  return PROBABILITIES.map((probability) => quantile(sorted, probability)) as Band;
}

/** Share of draws below zero; ties count half. */
export function shareBelowZero(draws: Float64Array): number {
  let points = 0;
  for (const draw of draws) points += draw < 0 ? 1 : draw === 0 ? 0.5 : 0;
  return points / draws.length;
}
