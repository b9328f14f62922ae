/** Names of the model's sectors in the language that is shown. */

import { language } from '../../texts/language.svelte';
import { spanishSectors, type Texts } from '../../texts/model_texts';

class Sectors {
  private spanish = $state.raw<Texts>({});
  private asked = false;

  /** Name of a sector: the model's in Spanish where it has one, else its short name in words. */
  title(id: string): string {
    if (language.current === 'es') {
      if (!this.asked) {
        this.asked = true;
        void spanishSectors().then((texts) => (this.spanish = texts));
      }
      const own = this.spanish[id]?.title;
      if (own) return own;
    }
    const words = id.replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
  }
}

export const sectors = new Sectors();
