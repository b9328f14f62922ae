/** What the slider of a parameter spans. */

import type { Parameter } from '../files';

/** Steps of a slider. */
export const STEPS = 200;
/** From this ratio of its ends on a span is walked in equal factors. */
const WIDE = 30;

export interface Span {
  low: number;
  high: number;
  /** Whether equal steps are equal factors. */
  factors: boolean;
}

/** The documented range, else what prior and posterior hold with half as much on each side; always with `value`. */
export function spanOf(parameter: Parameter, value: number): Span {
  const documented = parameter.range?.every(Number.isFinite) ? parameter.range : null;
  const [low, high] = documented ?? believed(parameter);
  const span = { low: Math.min(low, value), high: Math.max(high, value) };
  return { ...span, factors: span.low > 0 && span.high / span.low >= WIDE };
}

function believed({ posterior, prior_band, value }: Parameter): [number, number] {
  const known = [...posterior, ...(prior_band ?? []), value];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (low === high) return value === 0 ? [-1, 1] : [Math.min(0, 2 * value), Math.max(0, 2 * value)];
  const room = (high - low) / 2;
  // What has been found on one side of zero stays there.
  return [low >= 0 ? Math.max(0, low - room) : low - room, high <= 0 ? Math.min(0, high + room) : high + room];
}

/** Where a value stands on the span, from 0 to 1. */
export function partOf({ low, high, factors }: Span, value: number): number {
  if (low === high) return 0;
  const part = factors ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.max(0, Math.min(1, part));
}

/** Value at a step, with four digits; the ends are met exactly. */
export function valueAt({ low, high, factors }: Span, step: number): number {
  if (step <= 0) return low;
  if (step >= STEPS) return high;
  const part = step / STEPS;
  const value = factors ? low * (high / low) ** part : low + (high - low) * part;
  return Number(value.toPrecision(4));
}
