import { expect, test } from 'vitest';
import { Pool, workersFor, type Progress } from './pool';
import type { FromWorker, ToWorker } from './protocol';

/** A worker that answers when it is told to. */
class Fake {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  asked: Extract<ToWorker, { kind: 'ask' }>[] = [];
  postMessage(message: ToWorker): void {
    if (message.kind === 'load') queueMicrotask(() => this.onmessage?.({ data: { kind: 'ready', members: 20 } }));
    else this.asked.push(message);
  }
  terminate(): void {}
  answer(world: number, chunk: number): void {
    this.onmessage?.({ data: { kind: 'chunk', world, chunk, values: new Float64Array(chunk === 0 ? 8 : 12) } });
  }
}

async function pool(): Promise<{ pool: Pool; fakes: Fake[] }> {
  const fakes: Fake[] = [];
  const made = new Pool(2, () => {
    fakes.push(new Fake());
    return fakes.at(-1) as unknown as Worker;
  });
  await made.load({} as WebAssembly.Module, new ArrayBuffer(0), 1, 1);
  return { pool: made, fakes };
}

test('tells of a first median when every worker has sent its first chunk, and of the end', async () => {
  const { pool: made, fakes } = await pool();
  const told: Progress[] = [];
  made.ask('urgent', ['a'], (progress) => told.push(progress), () => {});
  const world = fakes[0]?.asked[0]?.jobs[0]?.world ?? 0;
  fakes[0]?.answer(world, 0);
  expect(told.length).toBe(0);
  fakes[1]?.answer(world, 0);
  expect(told.map((t) => t.complete)).toEqual([false]);
  fakes.forEach((fake) => fake.answer(world, 1));
  expect(told.map((t) => t.complete)).toEqual([false, false, true]);
});

test('the latest request wins; what a dropped one brought is kept', async () => {
  const { pool: made, fakes } = await pool();
  const told: string[] = [];
  made.ask('urgent', ['a'], () => told.push('a'), () => {});
  made.ask('urgent', ['b'], () => told.push('b'), () => {});
  const first = fakes[0]?.asked[0]?.jobs[0]?.world ?? 0;
  fakes.forEach((fake) => fake.answer(first, 0));
  expect(told).toEqual([]);
  made.ask('urgent', ['a'], () => told.push('again'), () => {});
  expect(fakes[0]?.asked[2]?.jobs).toEqual([{ world: first, scenario: 'a', have: 1 }]);
  expect(told).toEqual(['again']);
});

test('scenarios that are the same are run once', async () => {
  const { pool: made, fakes } = await pool();
  made.ask('urgent', ['a', 'a'], () => {}, () => {});
  expect(fakes.map((fake) => fake.asked[0]?.jobs.length)).toEqual([1, 1]);
});

test('as many workers as cores, eight at most', () => {
  expect([workersFor(0), workersFor(2), workersFor(64)]).toEqual([1, 2, 8]);
});
