/** The language that is shown, and the texts in it. */

import { store, stored } from '../state/stored';
import en from './en.json';

/** Key of a text. */
export type Key = keyof typeof en;
export type Language = 'en' | 'es';
export const LANGUAGES: Language[] = ['en', 'es'];

class LanguageStore {
  current = $state<Language>('en');
  texts = $state.raw<Record<string, string>>(en);
  /** What the model's own sentences are in this language; English has none. */
  model = $state.raw<Record<string, string>>({});

  /** Shows a language; its texts are loaded when they are first needed. */
  async show(language: Language): Promise<void> {
    const [texts, model] =
      language === 'es'
        ? await Promise.all([import('./es.json'), import('./model_es.json')]).then((files) => files.map((f) => f.default))
        : [en, {}];
    this.current = language;
    this.texts = texts as Record<string, string>;
    this.model = model as Record<string, string>;
    document.documentElement.lang = language;
    document.title = this.texts['page.title'] ?? en['page.title'];
  }

  /** Shows and keeps a language. */
  async choose(language: Language): Promise<void> {
    store('language', language);
    await this.show(language);
  }
}

export const language = new LanguageStore();

/** The language of the link, else the one kept, else the browser's, else English. */
export function preferred(linked: string | undefined): Language {
  const wishes = [linked, stored('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wishes.map((wish) => LANGUAGES.find((known) => known === wish)).find((known) => known !== undefined) ?? 'en';
}
