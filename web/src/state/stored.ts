/** The only things that are kept on the user's machine: theme, language, and whether the tour was seen. */

type Name = 'theme' | 'language' | 'tour';

/** Null where nothing is kept, or nothing may be (some frames forbid it). */
export function stored(name: Name): string | null {
  try {
    return localStorage.getItem(`counterflow.${name}`);
  } catch {
    return null;
  }
}

/** Keeps a value; where nothing may be kept, nothing is. */
export function store(name: Name, value: string): void {
  try {
    localStorage.setItem(`counterflow.${name}`, value);
  } catch {
    // A frame without storage: the choice holds until the page is closed.
  }
}
