/** Light or dark: as the system says, unless the user chose. */

import { store, stored } from './stored';

export type Theme = 'auto' | 'light' | 'dark';
const THEMES: Theme[] = ['auto', 'light', 'dark'];

class ThemeStore {
  chosen = $state<Theme>(THEMES.find((theme) => theme === stored('theme')) ?? 'auto');

  /** Chooses and shows. */
  choose(theme: Theme): void {
    this.chosen = theme;
    store('theme', theme);
    this.show();
  }

  /** Shows what is chosen. */
  show(): void {
    if (this.chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.chosen;
  }
}

export const theme = new ThemeStore();
