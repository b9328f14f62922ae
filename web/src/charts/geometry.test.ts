import { expect, test } from 'vitest';
import { domainOf, polyline, ribbon, scalesOf, yearTicks } from './geometry';

test('domains hold zero', () => {
  expect(domainOf([3, 5, NaN])).toEqual([0, 5]);
  expect(domainOf([-3, -1])).toEqual([-3, 0]);
  expect(domainOf([0, 0])).toEqual([0, 1]);
  expect(domainOf([])).toEqual([0, 1]);
});

test('ticks stand at whole years with room between them', () => {
  expect(yearTicks([2014.5, 2036], 1000)).toEqual([...Array(22).keys()].map((i) => 2015 + i));
  expect(yearTicks([2014.5, 2036], 300)).toEqual([2015, 2020, 2025, 2030, 2035]);
});

test('paths follow the scales', () => {
  const scales = scalesOf(126, 138, [0, 1], [0, 10]);
  expect(polyline(scales, [[0, 0], [1, 10]])).toBe('M52,112L112,12');
  expect(ribbon(scales, [{ x: 0, band: [0, 1, 2, 3, 10] }, { x: 1, band: [0, 1, 2, 3, 10] }], 0, 4))
    .toBe('M52,12L112,12L112,112L52,112Z');
});
