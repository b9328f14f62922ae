/** Messages between the page and its workers. */

/** Urgent requests go first; background ones run while nothing urgent waits. */
export type Lane = 'urgent' | 'background';

/** A scenario to run, and how many chunks of it the page has from this worker. */
export interface Job {
  /** Name of the world, unique in the page. */
  world: number;
  scenario: string;
  have: number;
}

export type ToWorker =
  | { kind: 'load'; module: WebAssembly.Module; bytes: ArrayBuffer; share: number; shares: number }
  | { kind: 'ask'; lane: Lane; request: number; jobs: Job[]; chunks: number };

export type FromWorker =
  | { kind: 'ready'; members: number }
  | { kind: 'chunk'; world: number; chunk: number; values: Float64Array }
  | { kind: 'failed'; request: number | null; text: string };

export type ToDesk =
  | { kind: 'load'; module: WebAssembly.Module; bytes: ArrayBuffer }
  | { kind: 'ask'; id: number; name: 'compare' | 'contest' | 'flows'; question: string };

export type FromDesk =
  | { kind: 'answer'; id: number; text: string }
  | { kind: 'failed'; id: number | null; text: string };
