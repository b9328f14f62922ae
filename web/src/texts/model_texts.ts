/** Which of the model's texts the page has in a language. */

import levers from 'model-texts:en/levers';

/** Texts by section and key. */
export type Texts = Record<string, Record<string, string>>;

/** Files of texts that the landing page shows. */
export interface ModelTexts {
  levers: Texts;
  outcomes: Texts;
  policies: Texts;
  units: Texts;
  variants: Texts;
}

/** English stands in the model itself; only levers have short names besides. */
export const ENGLISH: ModelTexts = { levers, outcomes: {}, policies: {}, units: {}, variants: {} };

/** Spanish, loaded when it is first shown. */
export async function spanish(): Promise<ModelTexts> {
  const files = await Promise.all([
    import('model-texts:es/levers'),
    import('model-texts:es/outcomes'),
    import('model-texts:es/policies'),
    import('model-texts:es/units'),
    import('model-texts:es/variants'),
  ]);
  const [levers, outcomes, policies, units, variants] = files.map((file) => file.default) as [Texts, Texts, Texts, Texts, Texts];
  return { levers, outcomes, policies, units, variants };
}

/** Parameters' sentences in Spanish; many, and needed by few pages. */
export async function spanishParameters(): Promise<Texts> {
  return (await import('model-texts:es/parameters')).default;
}

/** Claims in Spanish: their sentences, and sections without figures. */
export async function spanishClaims(): Promise<Texts> {
  return (await import('model-texts:es/claims')).default;
}

/** Names of the model's sectors in Spanish. */
export async function spanishSectors(): Promise<Texts> {
  return (await import('model-texts:es/sectors')).default;
}
