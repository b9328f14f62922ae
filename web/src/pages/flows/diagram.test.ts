import { expect, test } from 'vitest';
import type { Band, Flow } from '../../engine/boundary';
import { drawn, through } from './diagram';

const band = (value: number): Band => [value, value, value, value, value];
const flow = (links: [string, string, number][]): Flow => ({
  unit: 'people/year',
  nodes: [...new Set(links.flatMap(([from, to]) => [from, to]))].map((id) => ({ id, title: id.toUpperCase() })),
  links: links.map(([from, to, value]) => ({ from, to, band: band(value) })),
});

test('a way back puts every state on both sides; without one it stays as it is', () => {
  const round = drawn(flow([['use', 'treatment', 5], ['treatment', 'use', 2], ['use', 'overdose', 1], ['use', 'nothing', 0]]));
  expect(round.links).toEqual([
    { source: 'from:use', target: 'to:treatment', value: 5, tone: 'relief' },
    { source: 'from:treatment', target: 'to:use', value: 2, tone: 'plain' },
    { source: 'from:use', target: 'to:overdose', value: 1, tone: 'harm' },
  ]);
  expect(round.nodes.length).toBe(8);
  expect(drawn(flow([['made', 'sent', 5], ['sent', 'arrived', 4], ['made', 'arrived', 1]])).nodes.map(({ id }) => id)).toEqual(
    ['made', 'sent', 'arrived']);
});

test('what goes through nodes', () => {
  const one = flow([['a', 'b', 5], ['a', 'c', 2], ['b', 'c', 1]]);
  expect([through(one, 'to', ['c']), through(one, 'from', ['a'])]).toEqual([3, 7]);
});
