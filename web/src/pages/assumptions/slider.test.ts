import { expect, test } from 'vitest';
import type { Band } from '../../engine/boundary';
import type { Parameter } from '../files';
import { partOf, spanOf, STEPS, valueAt } from './slider';

const parameter = (posterior: Band, range: [number, number] | null, prior_band: Band | null = null): Parameter => ({
  name: 'x', documentation: '', unit: '1', value: posterior[2], range, prior: null, prior_band, posterior, contraction: 0,
  grade: 'C', sources: [], date: '', sector: '', headline_share: 0,
});

test('a span holds the documented range, or what is believed, and the value', () => {
  expect(spanOf(parameter([1, 2, 3, 4, 5], [0, 10]), 3)).toEqual({ low: 0, high: 10, factors: false });
  expect(spanOf(parameter([1, 2, 3, 4, 5], [0, 10]), 12).high).toBe(12);
  expect(spanOf(parameter([1, 2, 3, 4, 5], null, [2, 3, 4, 6, 9]), 3)).toEqual({ low: 0, high: 13, factors: false });
  expect(spanOf(parameter([7, 7, 7, 7, 7], null), 7)).toEqual({ low: 0, high: 14, factors: false });
  expect(spanOf(parameter([0, 0, 0, 0, 0], null), 0)).toEqual({ low: -1, high: 1, factors: false });
  expect(spanOf(parameter([1, 2, 3, 4, 5], [0.01, 100]), 3).factors).toBe(true);
});

test('steps and values agree', () => {
  for (const range of [[0, 10], [0.01, 100], [-3, 4]] as [number, number][]) {
    const span = spanOf(parameter([1, 2, 3, 4, 5], range), 1);
    expect([valueAt(span, 0), valueAt(span, STEPS)]).toEqual(range);
    for (let step = 0; step <= STEPS; step++) expect(Math.round(partOf(span, valueAt(span, step)) * STEPS)).toBe(step);
  }
});
