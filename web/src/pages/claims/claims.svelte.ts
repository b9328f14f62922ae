/** Texts of claims in the language that is shown, and addresses that set the simulator to a claim. */

import type { ModelFile, Move } from '../../engine/boundary';
import { router } from '../../router.svelte';
import { formatLink, MOST_PLANS, type Plan } from '../../state/link';
import { leverOf } from '../../state/app.svelte';
import { language } from '../../texts/language.svelte';
import { spanishClaims, type Texts } from '../../texts/model_texts';
import { named } from '../../texts/t';
import type { Claim } from '../files';
import { doseText } from '../simulator/doses';

/** Keys of the sections' texts, in the order of the file. */
export const SECTIONS = ['record', 'model', 'would_have_to_be_true'] as const;

class ClaimTexts {
  private spanish = $state.raw<Texts>({});
  private asked = false;

  /** Starts reading what the language needs. */
  private own(id: string): Record<string, string> {
    if (language.current !== 'es') return {};
    if (!this.asked) {
      this.asked = true;
      void spanishClaims().then((texts) => (this.spanish = texts));
    }
    return this.spanish[id] ?? {};
  }

  /** The claim in a sentence, and the language it is in. */
  sentence(claim: Claim): { text: string; lang: string } {
    const own = this.own(claim.id).claim;
    return own ? { text: own, lang: language.current } : { text: claim.sentence, lang: 'en' };
  }

  /** A section's text in this language; undefined where it has figures that only the file fills in, and in English. */
  section(claim: Claim, at: number): string | undefined {
    return this.own(claim.id)[SECTIONS[at] ?? ''];
  }
}

export const claimTexts = new ClaimTexts();

/** Something that a claim's text runs: a name and the plan. */
export function plansOf(model: ModelFile, claim: Claim): Plan[] {
  const bundled = claim.policies.flatMap((id) => {
    const policy = model.policies.find((one) => one.id === id);
    return policy ? [{ name: named('policy', id, policy.name), moves: policy.moves }] : [];
  });
  return [...bundled, ...claim.runs.map(({ moves }) => ({ name: namesOf(model, moves), moves }))];
}

/** Moves in words: each lever with its dose. */
function namesOf(model: ModelFile, moves: Move[]): string {
  return moves
    .map((move) => {
      const lever = leverOf(model, move.lever);
      return lever ? `${named('lever', move.lever)} (${doseText(lever, move.dose)})` : move.lever;
    })
    .join(', ');
}

/** Address of a page set to plans and a variant, without anything else that the user chose. */
export function setTo(path: string, plans: Plan[], variant: string | null): string {
  const [slot = '', name = ''] = variant?.split(':') ?? [];
  const others: Record<string, string> = router.others.l ? { l: router.others.l } : {};
  return formatLink({
    path,
    plans: plans.length ? plans.slice(0, MOST_PLANS) : [{ name: '', moves: [] }],
    assumptions: {},
    variants: slot && name ? { [slot]: name } : {},
    others,
  });
}

/** View of the simulator that shows what a claim is about; the first where none does. */
export function viewOf(model: ModelFile, claim: Claim): string {
  const view = model.views.find(({ series }) => claim.variables.some((variable) => series.includes(variable)));
  return (view ?? model.views[0])?.id ?? '';
}
