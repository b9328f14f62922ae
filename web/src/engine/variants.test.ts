import { expect, test } from 'vitest';
import type { ModelFile } from './boundary';
import { chosen, SHIPPED } from './variants';

const variant = (name: string, file: string | null) => ({ name, title: '', sentence: '', file, heavy: false, fitted: true });
const slot = (name: string) => ({ name, documentation: '', default: 'a', variants: [variant('a', null), variant('b', `${name}.b.bin`)] });
const model = { slots: [slot('one'), slot('two')] } as unknown as ModelFile;

test('the shipped text needs the shipped engine, and nothing is left out', () => {
  expect(chosen(model, {})).toEqual({ file: SHIPPED, leftOut: [] });
  expect(chosen(model, { one: 'a', two: 'a' })).toEqual({ file: SHIPPED, leftOut: [] });
});

test('a variant has an engine of its own', () => {
  expect(chosen(model, { one: 'a', two: 'b' })).toEqual({ file: 'two.b.bin', leftOut: [] });
});

test('of two variants the first slot of the model has its way, in whatever order they were asked', () => {
  expect(chosen(model, { two: 'b', one: 'b' })).toEqual({ file: 'one.b.bin', leftOut: [{ slot: 'two', variant: 'b', known: true }] });
});

test('what the model does not have is left out, and told apart', () => {
  const leftOut = [{ slot: 'two', variant: 'z', known: false }, { slot: 'three', variant: 'b', known: false }];
  expect(chosen(model, { three: 'b', two: 'z' })).toEqual({ file: SHIPPED, leftOut });
});
