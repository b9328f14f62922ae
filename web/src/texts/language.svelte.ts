/** The language that is shown, and the texts in it. */

import { store, stored } from '../state/stored';
import en from './en.json';
import { ENGLISH, spanish, type ModelTexts } from './model_texts';

/** Key of a text. */
export type Key = keyof typeof en;
export type Language = 'en' | 'es';
export const LANGUAGES: Language[] = ['en', 'es'];

class LanguageStore {
  current = $state<Language>('en');
  texts = $state.raw<Record<string, string>>(en);
  /** The model's own texts. */
  model = $state.raw<ModelTexts>(ENGLISH);

  /** Shows a language; its texts are loaded when they are first needed. */
  async show(language: Language): Promise<void> {
    const [texts, model] =
      language === 'es'
        ? await Promise.all([import('./es.json').then((file) => file.default as Record<string, string>), spanish()])
        : [en as Record<string, string>, ENGLISH];
    this.current = language;
    this.texts = texts;
    this.model = model;
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
