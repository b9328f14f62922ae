import { expect, test } from 'vitest';
import type { CompareQuestion } from './boundary';
import { DeskClient, Replaced } from './desk';
import type { FromDesk, ToDesk } from './protocol';

class Fake {
  onmessage: ((event: { data: FromDesk }) => void) | null = null;
  said: ToDesk[] = [];
  ended = false;
  postMessage(message: ToDesk): void {
    this.said.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  get asked(): Extract<ToDesk, { kind: 'ask' }>[] {
    return this.said.filter((message) => message.kind === 'ask');
  }
}

function desk(): { client: DeskClient; fakes: Fake[] } {
  const fakes: Fake[] = [];
  const client = new DeskClient(() => {
    fakes.push(new Fake());
    return fakes.at(-1) as unknown as Worker;
  });
  client.load({} as WebAssembly.Module, new ArrayBuffer(0));
  return { client, fakes };
}

const question = (headline: string): CompareQuestion => ({ scenarios: [], headline });

test('one question at a time, and the latest on a topic', async () => {
  const { client, fakes } = desk();
  const first = client.ask('a', 'compare', question('1'));
  const second = client.ask('a', 'compare', question('2')).catch((error) => error);
  const third = client.ask('a', 'compare', question('3'));
  expect(await second).toBeInstanceOf(Replaced);
  const worker = fakes[0] as Fake;
  expect(worker.asked.map((one) => JSON.parse(one.question).headline)).toEqual(['1']);
  worker.onmessage?.({ data: { kind: 'answer', id: worker.asked[0]?.id ?? 0, text: '{"draws":1}' } });
  expect((await first).draws).toBe(1);
  worker.onmessage?.({ data: { kind: 'failed', id: worker.asked[1]?.id ?? 0, text: 'bad' } });
  await expect(third).rejects.toThrow('bad');
  expect((await client.ask('b', 'compare', question('1'))).draws).toBe(1);
});

test('what nobody waits for any more is stopped; other topics are answered', async () => {
  const { client, fakes } = desk();
  const running = client.ask('a', 'compare', question('1')).catch((error) => error);
  const other = client.ask('b', 'compare', question('2'));
  client.cancel('a');
  expect(await running).toBeInstanceOf(Replaced);
  const [old, worker] = fakes as [Fake, Fake];
  expect([old.ended, worker.asked.length]).toEqual([true, 1]);
  worker.onmessage?.({ data: { kind: 'answer', id: worker.asked[0]?.id ?? 0, text: '{"draws":2}' } });
  expect((await other).draws).toBe(2);
});
