/// <reference lib="webworker" />
/** Slow questions, in a worker of their own so that sliders never wait for them. */

import init, { Desk } from 'counterflow-wasm/counterflow_web.js';
import type { FromDesk, ToDesk } from './protocol';

let desk: Promise<Desk> | null = null;

const say = (message: FromDesk) => self.postMessage(message);
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function open(message: Extract<ToDesk, { kind: 'load' }>): Promise<Desk> {
  await init({ module_or_path: message.module });
  return new Desk(new Uint8Array(message.bytes));
}

self.onmessage = async ({ data }: MessageEvent<ToDesk>) => {
  if (data.kind === 'load') {
    desk = open(data);
    desk.catch((error) => say({ kind: 'failed', id: null, text: textOf(error) }));
    return;
  }
  try {
    const answerer = await (desk as Promise<Desk>);
    say({ kind: 'answer', id: data.id, text: answerer[data.name](data.question) });
  } catch (error) {
    say({ kind: 'failed', id: data.id, text: textOf(error) });
  }
};
