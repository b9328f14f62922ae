/** How long the page lets a user wait, measured by the page itself and readable at `window.__counterflowLatency`. */

/** Milliseconds of each wait since the page was opened. */
export interface Latency {
  /** From a change to a new median on the page. */
  first_median_ms: number[];
  /** From a change to bands of all members on the page. */
  all_bands_ms: number[];
  /** Time that handlers of input events took. */
  input_handling_ms: number[];
  /** From an input event to the next painted frame, where the browser tells (above 16 ms). */
  input_to_paint_ms: number[];
  /** Tasks that held the page for more than 50 ms, after the first load. */
  long_tasks_ms: number[];
  members: number;
  workers: number;
}

declare global {
  interface Window {
    __counterflowLatency: Latency;
  }
}

export const latency: Latency = {
  first_median_ms: [],
  all_bands_ms: [],
  input_handling_ms: [],
  input_to_paint_ms: [],
  long_tasks_ms: [],
  members: 0,
  workers: 0,
};

/** Entries that are kept of each kind. */
const KEPT = 2000;

/** Notes one wait. */
export function note(kind: 'first_median_ms' | 'all_bands_ms', since: number): void {
  push(latency[kind], performance.now() - since);
  performance.measure(`counterflow:${kind}`, { start: since });
}

/** Begins to watch input and long tasks. */
export function watchLatency(): void {
  window.__counterflowLatency = latency;
  observe('longtask', (entry) => push(latency.long_tasks_ms, entry.duration));
  observe('event', (entry) => {
    const event = entry as PerformanceEventTiming;
    push(latency.input_handling_ms, event.processingEnd - event.processingStart);
    push(latency.input_to_paint_ms, event.duration);
  });
}

function observe(type: string, hear: (entry: PerformanceEntry) => void): void {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
  const options = { type, buffered: false, durationThreshold: 16 } as PerformanceObserverInit;
  new PerformanceObserver((list) => list.getEntries().forEach(hear)).observe(options);
}

function push(list: number[], value: number): void {
  list.push(value);
  if (list.length > KEPT) list.shift();
}
