/** Texts by key, and the model's own sentences in the language that is shown. */

import { language, type Key } from './language.svelte';
import type { ModelTexts } from './model_texts';

/** Text of a key, with `{names}` replaced by values. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(language.texts[key] ?? key, values);
}

/** First words of keys that end with a name from the model's files. */
export type Family =
  | 'basis' | 'basis_meaning' | 'concerns' | 'evidence' | 'lever' | 'payer' | 'policy' | 'policy_sentence' | 'series'
  | 'theme' | 'unit' | 'view'
  // Of the pages beside the simulator.
  | 'claim_kind' | 'diagram' | 'grade' | 'grade_meaning' | 'measure' | 'node' | 'node_short' | 'section' | 'side' | 'slot' | 'status'
  | 'status_meaning' | 'target' | 'us_state' | 'verdict';

/** Where the model itself has a name for something: file and key of its texts. */
const IN_MODEL: Partial<Record<Family, [keyof ModelTexts, string]>> = {
  lever: ['levers', 'name'],
  policy: ['policies', 'name'],
  policy_sentence: ['policies', 'sentence'],
  series: ['outcomes', 'title'],
};

/** Text of something the model names: the model's in this language, else the page's, else the fallback. */
export function named(family: Family, name: string, fallback: string = name.replaceAll('_', ' ')): string {
  const [file, key] = IN_MODEL[family] ?? [];
  const own = file && key ? language.model[file][name]?.[key] : undefined;
  return own ?? language.texts[`${family}.${name}`] ?? fallback;
}

/** A sentence of the model in the language that is shown where there is one, and the language it is in. */
export function ofModel(file: keyof ModelTexts, name: string, key: string, english: string): { text: string; lang: string } {
  const own = language.model[file][name]?.[key];
  return own ? { text: own, lang: language.current } : { text: english, lang: 'en' };
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
