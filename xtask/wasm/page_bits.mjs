// What the page's engine makes of random scenarios, as one hash of every bit: `node page_bits.mjs FOLDER BUNDLE SCENARIOS`.
// `crates/counterflow/examples/page_bits.rs` says what is hashed.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const MEMBERS = 8;
const [folder, bundle, file] = process.argv.slice(2);
const { default: start, Engine } = await import(pathToFileURL(join(resolve(folder), 'counterflow_web.js')).href);
await start({ module_or_path: readFileSync(join(folder, 'counterflow_web_bg.wasm')) });
const engine = new Engine(new Uint8Array(readFileSync(bundle)), 0, 2);
const scenarios = JSON.parse(readFileSync(file, 'utf8'));
let hash = 0x811c9dc5;
let count = 0;
scenarios.forEach((scenario, number) => {
  const values = engine.world(JSON.stringify(scenario), number, MEMBERS);
  for (const [place, value] of values.entries()) {
    // One pattern for all that is no number.
    if (Number.isNaN(value)) values[place] = NaN;
  }
  for (const word of new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)) {
    hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
  }
  count += values.length;
});
console.log(`${scenarios.length} scenarios, ${count} values, hash ${hash.toString(16).padStart(8, '0')}`);
