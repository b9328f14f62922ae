/** Scales and paths shared by the charts. */

import { extent } from 'd3-array';
import { scaleLinear, type ScaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { Band } from '../engine/boundary';

/** A band at a time in years. */
export interface BandAt {
  x: number;
  band: Band;
}

/** A value at a time in years. */
export type Point = [number, number];

/** Room around the plot, in pixels. */
export const MARGIN = { top: 12, right: 14, bottom: 26, left: 52 };

/** Scales of a chart of this size. */
export interface Scales {
  x: ScaleLinear<number, number>;
  y: ScaleLinear<number, number>;
  width: number;
  height: number;
}

/** Scales from domains; the vertical one ends at round values. */
export function scalesOf(width: number, height: number, times: [number, number], values: [number, number]): Scales {
  const x = scaleLinear(times, [MARGIN.left, Math.max(MARGIN.left + 40, width - MARGIN.right)]);
  const y = scaleLinear(values, [height - MARGIN.bottom, MARGIN.top]).nice(5);
  return { x, y, width, height };
}

/** From zero, if all values are on one side of it, to the largest; a little room where all are equal. */
export function domainOf(values: number[]): [number, number] {
  const [low = 0, high = 1] = extent(values.filter(Number.isFinite)) as [number, number];
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  return from === to ? [0, 1] : [from, to];
}

/** Outline between two quantiles; positions in `Band`. */
export function ribbon(scales: Scales, bands: BandAt[], low: 0 | 1, high: 3 | 4): string {
  const shape = area<BandAt>((b) => scales.x(b.x), (b) => scales.y(b.band[low]), (b) => scales.y(b.band[high]));
  return shape(bands) ?? '';
}

/** Line through points; gaps where a value is missing. */
export function polyline(scales: Scales, points: Point[]): string {
  const shape = line<Point>((p) => scales.x(p[0]), (p) => scales.y(p[1])).defined((p) => Number.isFinite(p[1]));
  return shape(points) ?? '';
}

/** Medians of bands as points. */
export function medians(bands: BandAt[]): Point[] {
  return bands.map(({ x, band }) => [x, band[2]]);
}

/** Whole years for the ticks, as many as have room. */
export function yearTicks([from, to]: [number, number], width: number): number[] {
  const step = [1, 2, 5, 10].find((years) => ((to - from) / years) * 44 < width) ?? 20;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, i) => first + i * step);
}
