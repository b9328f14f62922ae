import { expect, test } from 'vitest';
import { bandOf, quantile, shareBelowZero } from './quantiles';

test('type seven', () => {
  // R: quantile(c(1, 2, 4, 8), c(.05, .25, .5, .75, .95)) gives 1.15, 1.75, 3, 5, 7.4.
  const found = bandOf(Float64Array.of(8, 1, 4, 2));
  [1.15, 1.75, 3, 5, 7.4].forEach((expected, i) => expect(found[i]).toBeCloseTo(expected, 12));
  expect(quantile([3], 0.3)).toBe(3);
  expect(quantile([], 0.5)).toBeNaN();
  expect(quantile([Infinity, Infinity], 0.5)).toBe(Infinity);
});

test('ties count half', () => {
  expect(shareBelowZero(Float64Array.of(-2, -1, 0, 3))).toBe(0.625);
});
