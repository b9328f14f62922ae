/** A data file that a page waits for. */

import { json } from '../engine/files';

/** What is known of it so far. */
export interface Awaited<Shape> {
  value: Shape | null;
  /** Words of what went wrong. */
  problem: string | null;
}

/** Starts reading; the result fills itself. */
export function awaited<Shape>(name: string): Awaited<Shape> {
  let value = $state.raw<Shape | null>(null);
  let problem = $state<string | null>(null);
  json<Shape>(name).then(
    (shape) => (value = shape),
    (error: unknown) => (problem = error instanceof Error ? error.message : String(error)),
  );
  return {
    get value() {
      return value;
    },
    get problem() {
      return problem;
    },
  };
}
