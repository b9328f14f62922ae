/** The language that is shown, and the texts in it. */

import { store, stored } from '../state/stored';
import en from './en.json';
import { ENGLISH, spanish, type ModelTexts } from './model_texts';
import type pages from './pages/en.json';

/** Key of a text. Those of the pages beside the simulator are loaded with the first of these pages. */
export type Key = keyof typeof en | keyof typeof pages;
export type Language = 'en' | 'es';
export const LANGUAGES: Language[] = ['en', 'es'];

class LanguageStore {
  current = $state<Language>('en');
  texts = $state.raw<Record<string, string>>(en);
  /** The model's own texts. */
  model = $state.raw<ModelTexts>(ENGLISH);
  /** The language that was last asked for, and whether texts of all pages are. */
  private wanted: Language = 'en';
  private pages = false;

  /** Shows a language; its texts are loaded when they are first needed. */
  async show(language: Language): Promise<void> {
    this.wanted = language;
    const { pages } = this;
    const [texts, model, others] = await Promise.all([
      language === 'es' ? import('./es.json').then((file) => file.default as Record<string, string>) : en,
      language === 'es' ? spanish() : ENGLISH,
      pages ? ofPages(language) : {},
    ]);
    // Something else was asked for in the meantime.
    if (language !== this.wanted || pages !== this.pages) return;
    this.current = language;
    this.texts = { ...texts, ...others };
    this.model = model;
    document.documentElement.lang = language;
    document.title = this.texts['page.title'] ?? en['page.title'];
  }

  /** Loads the texts of the pages beside the simulator, in the language that is shown. */
  async withPages(): Promise<void> {
    if (this.pages) return;
    this.pages = true;
    await this.show(this.wanted);
  }

  /** Shows and keeps a language. */
  async choose(language: Language): Promise<void> {
    store('language', language);
    await this.show(language);
  }
}

export const language = new LanguageStore();

/** Texts of the pages beside the simulator. */
async function ofPages(language: Language): Promise<Record<string, string>> {
  return (await (language === 'es' ? import('./pages/es.json') : import('./pages/en.json'))).default;
}

/** The language of the link, else the one kept, else the browser's, else English. */
export function preferred(linked: string | undefined): Language {
  const wishes = [linked, stored('language'), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wishes.map((wish) => LANGUAGES.find((known) => known === wish)).find((known) => known !== undefined) ?? 'en';
}
