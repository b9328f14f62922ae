/** Texts by key, and the model's own sentences in the language that is shown. */

import { language, type Key } from './language.svelte';

/** Text of a key, with `{names}` replaced by values. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return fill(language.texts[key] ?? key, values);
}

/** First words of keys that end with a name from the model's files. */
export type Family =
  | 'basis' | 'basis_meaning' | 'concerns' | 'cost_note' | 'evidence' | 'flow' | 'lever' | 'payer' | 'policy' | 'policy_sentence'
  | 'question' | 'series' | 'slot' | 'theme' | 'unit' | 'view' | 'short';

/** Text of something the model names; what the page has no text for is shown as the model has it. */
export function named(family: Family, name: string, fallback: string = name.replaceAll('_', ' ')): string {
  return language.texts[`${family}.${name}`] ?? fallback;
}

/** Whether the page has a text of its own for something the model names. */
export function hasName(family: Family, name: string): boolean {
  return language.texts[`${family}.${name}`] !== undefined;
}

/** A sentence of the model's files in the language that is shown, and the language it is in. */
export function ofModel(sentence: string): { text: string; lang: string } {
  const translated = language.model[sentence];
  return translated ? { text: translated, lang: language.current } : { text: sentence, lang: 'en' };
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
