/** What parameters mean, in words; read when an answer first names one. */

import { json } from '../engine/files';
import { language } from '../texts/language.svelte';
import { spanishParameters, type Texts } from '../texts/model_texts';

/** What the page reads of `parameters.json` here. */
interface Documented {
  parameters: { name: string; documentation: string }[];
}

class ParameterWords {
  private english = $state.raw<Map<string, string>>(new Map());
  private spanish = $state.raw<Texts>({});
  private asked = new Set<string>();

  /** Starts reading; what is not there is told by its name. */
  load(): void {
    if (!this.asked.has('en')) {
      this.asked.add('en');
      json<Documented>('parameters.json').then(
        ({ parameters }) => (this.english = new Map(parameters.map(({ name, documentation }) => [name, documentation]))),
        () => {},
      );
    }
    if (language.current === 'es' && !this.asked.has('es')) {
      this.asked.add('es');
      void spanishParameters().then((texts) => (this.spanish = texts));
    }
  }

  /** A parameter's sentence, with its element where it has several; its name in words until the sentence is there. */
  of(name: string): string {
    const [base = name, element] = name.split(/[[\]]/);
    const own = language.current === 'es' ? this.spanish[base]?.documentation : undefined;
    const sentence = own ?? this.english.get(name) ?? this.english.get(base);
    if (!sentence) return words(name);
    return element ? `${sentence} (${words(element)})` : sentence;
  }
}

const words = (name: string) => name.replace(/\[(.*)\]/, ' ($1)').replaceAll('_', ' ');

export const parameterWords = new ParameterWords();
