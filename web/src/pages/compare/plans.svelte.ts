/** The plans side by side in all members, as they arrive, and the names that they are told by. */

import type { ModelFile } from '../../engine/boundary';
import { pool } from '../../engine/session';
import type { World } from '../../engine/world';
import type { Plan } from '../../state/link';
import { scenario } from '../../state/scenario.svelte';
import { t } from '../../texts/t';

/** Milliseconds between redraws while members arrive. */
const REDRAW = 250;

/** Name of a plan: its own, else its number. */
export function planName(plan: Plan, index: number): string {
  return plan.name || t(plan.moves.length ? 'compare.plan' : 'compare.empty', { number: index + 1 });
}

/** Worlds of the plans and of the same world without any. */
export interface PlanWorlds {
  assumed: World;
  plans: World[];
  complete: boolean;
}

class Compared {
  worlds = $state.raw<PlanWorlds | null>(null);
  problem = $state<string | null>(null);
  private drawn = 0;

  /** Asks for all plans; returns what takes the question back. The engine must be open. */
  ask(): () => void {
    const texts = [
      JSON.stringify(scenario.assumed),
      ...scenario.plans.map((plan) => JSON.stringify($state.snapshot(scenario.scenarioOf(plan)))),
    ];
    this.problem = null;
    this.worlds = null;
    pool.ask(
      'background',
      texts,
      ({ worlds, complete }) => {
        const now = performance.now();
        if (!complete && now - this.drawn < REDRAW) return;
        this.drawn = now;
        const [assumed, ...plans] = worlds as [World, ...World[]];
        this.worlds = { assumed, plans, complete };
      },
      (text) => (this.problem = text),
    );
    return () => pool.drop('background');
  }
}

export const compared = new Compared();

/** Whether a series is an outcome of the model, of which the desk answers. */
export function isOutcome(model: ModelFile, id: string): boolean {
  return model.series.findIndex((series) => series.id === id) < model.outcomes;
}
