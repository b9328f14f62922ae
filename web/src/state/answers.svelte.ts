/** Answers of the desk about the active plan: what an effect rests on, and its chance or break-even. */

import type { Answer, ModelFile, Reference, Scenario } from '../engine/boundary';
import { Replaced } from '../engine/desk';
import { desk, openDesk } from '../engine/session';
import { fileOf } from '../engine/variants';

/** Milliseconds that a slider must rest. */
const REST = 600;

class Answers {
  private found = $state.raw<Answer[]>([]);
  /** Scenario that the answers are about. */
  private about = $state('');
  private wanted = $state('');
  problem = $state<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether an answer is on its way. */
  waiting = $derived(this.wanted !== '' && this.wanted !== this.about && !this.problem);

  /** Asks about a plan once it has rested; `headline` is the outcome whose break-even is sought. */
  follow(model: ModelFile, policy: Scenario, headline: string): void {
    clearTimeout(this.timer);
    const key = policy.moves.length ? JSON.stringify([policy, headline]) : '';
    if (key !== this.wanted) desk.cancel('answers');
    this.wanted = key;
    this.problem = null;
    if (key === '' || key === this.about) return;
    this.timer = setTimeout(() => void this.ask(model, policy, headline, key), REST);
  }

  /** The answer about an outcome, if it is about what is shown. */
  of(outcome: string, reference: Reference): Answer | undefined {
    if (this.about !== this.wanted) return undefined;
    return this.found.find((answer) => answer.id === outcome && answer.reference === reference);
  }

  private async ask(model: ModelFile, policy: Scenario, headline: string, key: string): Promise<void> {
    try {
      const desk = await openDesk(fileOf(model, policy.variants));
      const comparison = await desk.ask('answers', 'compare', { scenarios: [policy], headline });
      if (this.wanted !== key) return;
      this.found = comparison.policies.at(-1)?.outcomes ?? [];
      this.about = key;
    } catch (error) {
      if (error instanceof Replaced || this.wanted !== key) return;
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

export const answers = new Answers();
