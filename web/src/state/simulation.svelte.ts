/** Keeps the worlds on the page up to date with what the user chose. */

import { tick } from 'svelte';
import type { ModelFile, Scenario } from '../engine/boundary';
import type { Progress } from '../engine/pool';
import { open, pool } from '../engine/session';
import { fileOf } from '../engine/variants';
import type { World } from '../engine/world';
import { latency, note } from './latency';

/** Milliseconds between redraws while members arrive. */
const REDRAW = 120;

/** Worlds as they are shown. A new object each time something arrived. */
export interface Shown {
  policy: World;
  /** The same world without the policy. */
  assumed: World;
  complete: boolean;
}

class Simulation {
  shown = $state.raw<Shown | null>(null);
  /** Whether the engine is being opened. */
  opening = $state(true);
  problem = $state<string | null>(null);
  /** Whether every member of what was last asked is on the page. */
  settled = $state(false);

  private file: string | null = null;
  private asked = '';
  private since = 0;
  private first = true;
  private drawn = 0;
  private frame = 0;
  private pending: [Scenario, Scenario] | null = null;

  /** Follows a change: runs at once, and not more than once in a frame. */
  follow(model: ModelFile, policy: Scenario, assumed: Scenario): void {
    const file = fileOf(model, policy.variants);
    if (file !== this.file) {
      void this.reopen(model, file, policy, assumed);
      return;
    }
    this.pending = [policy, assumed];
    this.settled = false;
    if (this.opening || this.frame) return;
    this.ask();
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.pending) this.ask();
    });
  }

  private async reopen(model: ModelFile, file: string, policy: Scenario, assumed: Scenario): Promise<void> {
    this.file = file;
    this.opening = true;
    this.problem = null;
    this.asked = '';
    this.pending = [policy, assumed];
    try {
      await open(model, file);
    } catch (error) {
      if (this.file === file) this.problem = error instanceof Error ? error.message : String(error);
      return;
    }
    if (this.file !== file) return;
    this.opening = false;
    this.ask();
  }

  private ask(): void {
    const [policy, assumed] = this.pending ?? [];
    this.pending = null;
    const scenarios = [JSON.stringify(policy), JSON.stringify(assumed)];
    if (!policy) return;
    if (this.asked === scenarios.join()) {
      this.settled = this.shown?.complete ?? false;
      return;
    }
    this.asked = scenarios.join();
    this.since = performance.now();
    performance.mark('counterflow:asked');
    this.first = true;
    this.problem = null;
    pool.ask('urgent', scenarios, (progress) => this.hear(progress), (text) => (this.problem = text));
  }

  private hear(progress: Progress): void {
    const now = performance.now();
    if (!this.first && !progress.complete && now - this.drawn < REDRAW) return;
    this.drawn = now;
    const [policy, assumed] = progress.worlds as [World, World];
    const kinds: ('first_median_ms' | 'all_bands_ms')[] = [];
    if (this.first) kinds.push('first_median_ms');
    if (progress.complete) kinds.push('all_bands_ms');
    this.first = false;
    this.shown = { policy, assumed, complete: progress.complete };
    this.settled = progress.complete && !this.pending;
    latency.members = policy.members();
    latency.workers = policy.shape.shares.length;
    const since = this.since;
    void tick().then(() => kinds.forEach((kind) => note(kind, since)));
  }
}

export const simulation = new Simulation();
