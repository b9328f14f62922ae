import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseForecasts } from './forecasts';

const HEAD = 'origin,target,measure,month,months_ahead,level,value,truth\n';

test('bands of twelve months beside what came', () => {
  const row = (measure: string, level: string, value: number) => `2020-12,a,${measure},2021-12,12,${level},${value},9\n`;
  const rows = ['0.01', '0.05', '0.25', '0.5', '0.75', '0.95'].map((level, i) => row('twelve_months', level, i));
  expect(parseForecasts(HEAD + row('period', '0.5', 7) + rows.join(''))).toEqual([
    { target: 'a', origin: '2020-12', points: [['2021-12', [1, 2, 3, 4, 5], 9]] },
  ]);
  expect(() => parseForecasts(HEAD + rows.slice(0, 4).join(''))).toThrow('levels');
  expect(() => parseForecasts('x\n')).toThrow('columns');
});

test('the record itself is read', () => {
  const all = parseForecasts(readFileSync(new URL('../../docs/track-record/backtest.csv', import.meta.url), 'utf8'));
  expect(new Set(all.map(({ target }) => target)).size).toBe(4);
  expect(all.every(({ points }) => points.length > 0)).toBe(true);
});
