/** Where the engine and its workers come from in a single file: out of the file itself. */

import DeskWorker from './desk_worker.ts?worker&inline';
import { bytes } from './files';
import PoolWorker from './worker.ts?worker&inline';

/** The engine, compiled. */
export async function engineModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await bytes('engine.wasm'));
}

/** A worker of the pool. */
export function poolWorker(): Worker {
  return new PoolWorker();
}

/** The desk's worker. */
export function deskWorker(): Worker {
  return new DeskWorker();
}

/** Whether the page is a single file that carries what it needs. */
export const alone = true;
