import { expect, test } from 'vitest';
import type { Lever } from '../../engine/boundary';
import { doseText, isBeyond, phases, spanOf } from './doses';

const lever = (unit: string, neutral: number, range: [number, number] | null): Lever => ({
  id: 'x', documentation: '', unit, neutral, range, step: 0.1, evidence: 'C', mechanism: '', failure: '', kinetic: false,
  payer: null, sources: [], date: '', sector: '', theme: '', typical: range?.[1] ?? 1,
});

test('doses read as people say them', () => {
  expect(doseText(lever('1', 1, [0, 5]), 1)).toBe('no change');
  expect(doseText(lever('1', 1, [0, 5]), 2)).toBe('2 × today');
  expect(doseText(lever('1', 0, [0, 0.8]), 0.4)).toBe('+40 %');
  expect(doseText(lever('1', 0, [-1, 3]), 2)).toBe('+2');
  expect(doseText(lever('1', 0, [-1, 1]), -0.5)).toBe('-50 %');
  expect(doseText(lever('agent', 0, [0, 3000]), 1500)).toBe('+1,500 agents');
});

test('a slider spans the documented range and a dose beyond it', () => {
  const one = lever('1', 1, [0.5, 1.2]);
  expect([spanOf(one, 1), spanOf(one, 2)]).toEqual([[0.5, 1.2], [0.5, 2]]);
  expect([isBeyond(one, 1.2), isBeyond(one, 1.3)]).toEqual([false, true]);
});

test('a ramp ends with its move', () => {
  const move = { lever: 'x', dose: 1, start: '2026-07', ramp_months: 24, end: '2027-01' };
  expect(phases(move, 2036)).toEqual({ start: 2026.5, full: 2027, end: 2027 });
  expect(phases({ ...move, end: null }, 2036)).toEqual({ start: 2026.5, full: 2028.5, end: 2036 });
});
