/** Which engine a choice of variants needs, and what of the choice no engine of the page has. */

import type { ModelFile } from './boundary';

/** File of the shipped model text. */
export const SHIPPED = 'engine.bin';

/** A variant that was asked for and is not what the page runs. */
export interface LeftOut {
  slot: string;
  variant: string;
  /** Whether the model has it: then the program can run it beside the others. */
  known: boolean;
}

/** The page has one engine for each variant beside the shipped text: it takes the first slot that is not at its default. */
export function chosen(model: ModelFile, variants: Record<string, string>): { file: string; leftOut: LeftOut[] } {
  let file = SHIPPED;
  const leftOut: LeftOut[] = [];
  const names = new Set([...model.slots.map(({ name }) => name), ...Object.keys(variants)]);
  for (const slotName of names) {
    const name = variants[slotName];
    const slot = model.slots.find((one) => one.name === slotName);
    if (name === undefined || name === slot?.default) continue;
    const variant = slot?.variants.find((one) => one.name === name);
    if (variant?.file && file === SHIPPED) file = variant.file;
    else leftOut.push({ slot: slotName, variant: name, known: variant !== undefined });
  }
  return { file, leftOut };
}

/** File of the model text that these variants need. */
export function fileOf(model: ModelFile, variants: Record<string, string>): string {
  return chosen(model, variants).file;
}
