/** What the user has chosen: plans, assumptions, variants. The one place where it is changed. */

import type { Move, Policy, Scenario } from '../engine/boundary';
import { DEFAULT_RAMP, DEFAULT_START, MOST_PLANS, type LinkState, type Plan } from './link';

class ScenarioStore {
  plans = $state<Plan[]>([{ name: '', moves: [] }]);
  /** Position of the plan that the simulator shows. */
  active = $state(0);
  assumptions = $state<Record<string, number>>({});
  variants = $state<Record<string, string>>({});

  /** The plan that the simulator shows. */
  get plan(): Plan {
    return this.plans[this.active] ?? (this.plans[0] as Plan);
  }

  /** The active plan in the user's world. */
  policy = $derived.by((): Scenario => this.scenarioOf(this.plan));

  /** The user's world without any policy. */
  assumed = $derived.by((): Scenario => this.scenarioOf({ name: '', moves: [] }));

  /** Whether anything is moved, and whether anything is assumed. */
  moved = $derived.by(() => this.plan.moves.length > 0);
  assumes = $derived.by(() => Object.keys(this.assumptions).length + Object.keys(this.variants).length > 0);

  /** A plan in the user's world. */
  scenarioOf(plan: Plan): Scenario {
    return {
      moves: plan.moves.map((move) => ({ ...move })),
      assumptions: { ...this.assumptions },
      variants: { ...this.variants },
    };
  }

  /** The move of a lever in the active plan. */
  moveOf(lever: string): Move | undefined {
    return this.plan.moves.find((move) => move.lever === lever);
  }

  /** How often the active plan moves a lever: more than once only where a policy or an address says so. */
  timesMoved(lever: string): number {
    return this.plan.moves.filter((move) => move.lever === lever).length;
  }

  /** Sets a lever's dose; at its neutral dose the move is taken out. */
  setDose(lever: string, dose: number, neutral: number): void {
    const move = this.moveOf(lever);
    if (move && dose === neutral) this.drop(lever);
    else if (move) move.dose = dose;
    else if (dose !== neutral)
      this.plan.moves.push({ lever, dose, start: DEFAULT_START, ramp_months: DEFAULT_RAMP, end: null });
    this.rename();
  }

  /** Changes when a lever acts. */
  setTiming(lever: string, timing: Partial<Pick<Move, 'start' | 'ramp_months' | 'end'>>): void {
    const move = this.moveOf(lever);
    if (move) Object.assign(move, timing);
    this.rename();
  }

  /** Takes a lever out of the active plan. */
  drop(lever: string): void {
    this.plan.moves = this.plan.moves.filter((move) => move.lever !== lever);
  }

  /** Takes a bundled policy as the active plan. */
  take(policy: Policy, name: string): void {
    this.plans[this.active] = { name, moves: policy.moves.map((move) => ({ ...move })) };
  }

  /** Takes all levers out of the active plan. */
  clear(): void {
    this.plans[this.active] = { name: '', moves: [] };
  }

  /** Adds a plan and shows it; nothing happens where there are as many as fit. */
  addPlan(plan: Plan): void {
    if (this.plans.length >= MOST_PLANS) return;
    this.plans.push({ name: plan.name, moves: plan.moves.map((move) => ({ ...move })) });
    this.active = this.plans.length - 1;
  }

  /** Names a plan. */
  name(index: number, text: string): void {
    const plan = this.plans[index];
    if (plan) plan.name = text;
  }

  /** Takes a plan out; the last one is emptied instead. */
  removePlan(index: number): void {
    if (this.plans.length === 1) this.plans = [{ name: '', moves: [] }];
    else this.plans.splice(index, 1);
    this.active = Math.min(this.active, this.plans.length - 1);
  }

  /** Sets an assumption, or takes it back. */
  assume(parameter: string, value: number | null): void {
    if (value === null) delete this.assumptions[parameter];
    else this.assumptions[parameter] = value;
  }

  /** Takes texts for parts in dispute; those of all others are as shipped. */
  vary(variants: Record<string, string>): void {
    this.variants = variants;
  }

  /** Takes all assumptions back, and the shipped text of every part. */
  assumeNothing(): void {
    this.assumptions = {};
    this.variants = {};
  }

  /** Takes what a link says. */
  read(link: LinkState): void {
    this.plans = link.plans;
    const active = Number(link.others.s ?? 1) - 1;
    this.active = Number.isInteger(active) && active >= 0 && active < link.plans.length ? active : 0;
    this.assumptions = link.assumptions;
    this.variants = link.variants;
  }

  /** What a link has to say. */
  link(path: string, others: Record<string, string>): LinkState {
    const snapshot = $state.snapshot({ plans: this.plans, assumptions: this.assumptions, variants: this.variants });
    const active: Record<string, string> = this.active > 0 ? { s: String(this.active + 1) } : {};
    return { path, ...snapshot, others: { ...others, ...active } };
  }

  /** A changed plan is no longer the policy whose name it bore. */
  private rename(): void {
    this.plan.name = '';
  }
}

/** The user's choice. */
export const scenario = new ScenarioStore();
