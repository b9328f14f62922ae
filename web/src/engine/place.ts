/** Where the engine and its workers come from on a site. `place_alone.ts` is the same for a single file. */

import binary from 'counterflow-wasm/counterflow_web_bg.wasm?url';
import { compiled } from './files';

/** The engine, compiled. */
export function engineModule(): Promise<WebAssembly.Module> {
  return compiled(new URL(binary, document.baseURI).href);
}

/** A worker of the pool. */
export function poolWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
}

/** The desk's worker. */
export function deskWorker(): Worker {
  return new Worker(new URL('./desk_worker.ts', import.meta.url), { type: 'module' });
}

/** Whether the page is a single file that carries what it needs. */
export const alone = false;
