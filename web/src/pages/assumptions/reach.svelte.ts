/** How far the headline moves when one parameter at a time goes from one end of what is believed to the other. */

import type { ModelFile } from '../../engine/boundary';
import { bandOf } from '../../engine/quantiles';
import { pool } from '../../engine/session';
import { difference, type World } from '../../engine/world';
import { indexOf, rowOf } from '../../state/bands';
import { scenario } from '../../state/scenario.svelte';
import type { Parameter } from '../files';

/** Parameters that are asked for at once, each at both ends; the pool keeps as many worlds. */
const AT_ONCE = 8;
/** Chunks of each worker: an estimate from some of the members. */
const CHUNKS = 1;

class Reach {
  /** Larger of the two changes of the median, in the headline's unit, by parameter. */
  found = $state.raw<Map<string, number>>(new Map());
  /** Parameters done, of how many. */
  done = $state(0);
  all = $state(0);
  members = $state(0);
  problem = $state<string | null>(null);
  /** What was assumed when this was measured. */
  private about = '';

  /** Measures once for what is assumed; returns what takes the question back. The engine must be open. */
  measure(model: ModelFile, parameters: Parameter[]): () => void {
    const assumed = $state.snapshot(scenario.assumed);
    const about = JSON.stringify(assumed);
    // Those that the spread of the headline names come first, so that they are told soon.
    const moving = parameters
      .filter(({ posterior }) => posterior[0] !== posterior[4])
      .sort((a, b) => b.headline_share - a.headline_share || b.contraction - a.contraction);
    if (about !== this.about) this.found = new Map();
    this.about = about;
    this.all = moving.length;
    this.problem = null;
    let stopped = false;
    const index = indexOf(model, model.headline);
    const row = rowOf(model, 'level');

    const next = () => {
      const batch = moving.filter(({ name }) => !this.found.has(name)).slice(0, AT_ONCE);
      this.done = this.found.size;
      if (batch.length === 0 || stopped) return;
      const at = (name: string, value: number) => JSON.stringify({ ...assumed, assumptions: { ...assumed.assumptions, [name]: value } });
      const texts = batch.flatMap(({ name, posterior }) => [at(name, posterior[0]), at(name, posterior[4])]);
      let heard = false;
      pool.ask(
        'background',
        [about, ...texts],
        ({ worlds, complete }) => {
          if (!complete || stopped || heard) return;
          heard = true;
          const [base, ...moved] = worlds as [World, ...World[]];
          const change = (world: World | undefined) => (world ? Math.abs(bandOf(difference(world, base, index, row))[2]) : 0);
          this.members = Math.min(...moved.map((world) => world.members()));
          this.found = new Map([
            ...this.found,
            ...batch.map(({ name }, i): [string, number] => [name, Math.max(change(moved[2 * i]), change(moved[2 * i + 1]))]),
          ]);
          // Not from within the pool's own report.
          setTimeout(next);
        },
        (text) => (this.problem = text),
        CHUNKS,
      );
    };
    next();
    return () => {
      stopped = true;
      pool.drop('background');
    };
  }
}

export const reach = new Reach();
