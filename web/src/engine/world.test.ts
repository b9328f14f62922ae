import { expect, test } from 'vitest';
import { chunksOf, difference, shared, World, type Shape } from './world';

const shape: Shape = { series: 2, rows: 3, shares: [20, 3] };

/** Chunk whose value tells series, row and member. */
function chunk(worker: number, number: number, add = 0): Float64Array {
  const [first, count] = chunksOf(shape.shares[worker] ?? 0)[number] ?? [0, 0];
  const values = new Float64Array(shape.series * shape.rows * count);
  for (let s = 0; s < shape.series; s++)
    for (let r = 0; r < shape.rows; r++)
      for (let m = 0; m < count; m++)
        values[(s * shape.rows + r) * count + m] = 10_000 * s + 1000 * r + 100 * worker + first + m + add;
  return values;
}

test('chunks cover a share once', () => {
  expect(chunksOf(20)).toEqual([[0, 8], [8, 12]]);
  expect(chunksOf(3)).toEqual([[0, 3]]);
  expect(chunksOf(0)).toEqual([]);
});

test('columns gather members of all workers in order', () => {
  const world = new World(shape);
  world.take(0, 1, chunk(0, 1));
  expect(world.members()).toBe(0);
  world.take(0, 0, chunk(0, 0));
  world.take(1, 0, chunk(1, 0));
  expect([world.has(1), world.has()]).toEqual([true, false]);
  world.take(0, 1, chunk(0, 1));
  expect(world.has()).toBe(true);
  const column = world.column(1, 2);
  expect(column.length).toBe(23);
  expect([column[0], column[19], column[22]]).toEqual([12_000, 12_019, 12_102]);
});

test('differences pair members that both worlds have', () => {
  const [first, second] = [new World(shape), new World(shape)];
  first.take(0, 0, chunk(0, 0, 7));
  first.take(1, 0, chunk(1, 0, 7));
  second.take(0, 0, chunk(0, 0));
  expect(shared(first, second)).toEqual([1, 0]);
  expect([...difference(first, second, 1, 1)]).toEqual(new Array(8).fill(7));
  expect(difference(first, second, 0, 1, 0)[3]).toBe(1007);
});
