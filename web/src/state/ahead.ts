/** Runs the examples while the page is read: a click on one shows it at once, and the engine is compiled for speed by then. */

import type { ModelFile } from '../engine/boundary';
import { pool } from '../engine/session';
import { scenario } from './scenario.svelte';

/** Asks for the examples in the user's world, behind everything that somebody waits for. */
export function runExamples(model: ModelFile): void {
  const policies = model.policies.filter(({ id }) => model.examples.includes(id));
  const scenarios = policies.map(({ name, moves }) => JSON.stringify(scenario.scenarioOf({ name, moves })));
  // Nobody looks at them yet: what they say, good or bad, is heard when one is chosen.
  pool.ask('background', scenarios, () => {}, () => {});
}
