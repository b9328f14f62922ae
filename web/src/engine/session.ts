/** The engine as the page uses it: compiled once, given to the pool and the desk, with one model text at a time. */

import type { ModelFile } from './boundary';
import { DeskClient } from './desk';
import { bytes } from './files';
import { deskWorker, engineModule, poolWorker } from './place';
import { Pool, workersFor } from './pool';

/** Runs worlds; ready after `open`. */
export const pool = new Pool(workersFor(navigator.hardwareConcurrency), poolWorker);

/** Answers slow questions; started when first needed. */
export const desk = new DeskClient(deskWorker);

let module: Promise<WebAssembly.Module> | null = null;
let deskFile: string | null = null;

/** Starts the pool on a model text. Throws with the engine's or the network's words. */
export async function open(model: ModelFile, file: string): Promise<void> {
  module ??= engineModule();
  const [engine, text] = await Promise.all([module, bytes(file)]);
  await pool.load(engine, text, model.series.length, model.rows.length);
}

/** Gives the desk a model text, if it does not have it. */
export async function openDesk(file: string): Promise<DeskClient> {
  if (deskFile !== file) {
    deskFile = file;
    module ??= engineModule();
    desk.load(await module, await bytes(file));
  }
  return desk;
}
