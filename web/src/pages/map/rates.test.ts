import { expect, test } from 'vitest';
import type { StatesFile } from '../files';
import { classesOf, classOf, datesOf, factorOf, knownOf, timeOf } from './rates';

const file: StatesFile = {
  model_version: '1', target: 'x', dates: ['2025-06'],
  places: [{ code: 'A', name: 'Aa', people: 200_000 }, { code: 'B', name: 'Bb', people: 1_000_000 }],
  values: { A: [[10, 20, 30, 40, 50]], B: [[1, 2, 3, 4, 5]] },
  record: { A: [['2024-06', 24], ['2024-12', 26]], B: [['2024-12', 9]] },
};

test('the record comes before the projection; what was withheld is not known', () => {
  expect(datesOf(file)).toEqual(['2024-06', '2024-12', '2025-06']);
  expect(knownOf(file, 'B', '2024-06')).toBeNull();
  expect(knownOf(file, 'A', '2024-12')).toEqual({ deaths: 26, band: null });
  expect(knownOf(file, 'A', '2025-06')).toEqual({ deaths: 30, band: [10, 20, 30, 40, 50] });
  expect(timeOf('2024-06')).toBe(2024.5);
});

test('rates per 100,000 people, in classes', () => {
  expect([factorOf(file, 'A'), factorOf({ ...file, places: [{ code: 'A', name: 'Aa', people: null }] }, 'A')]).toEqual([0.5, 1]);
  expect(classesOf(file, 2)).toEqual([12]);
  expect([classOf([12, 20], 11), classOf([12, 20], 12), classOf([12, 20], 30)]).toEqual([0, 1, 2]);
});
