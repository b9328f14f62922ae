/** Several plain workers that share out the members. No shared memory, so the page works in any frame of any host. */

import type { FromWorker, Lane, ToWorker } from './protocol';
import { World, type Shape } from './world';

/** Worlds that are kept, so that going back costs nothing. */
const KEPT = 24;

/** What a listener is told: worlds in the order asked for. */
export interface Progress {
  worlds: World[];
  /** Whether every member that was asked for is there. */
  complete: boolean;
}

interface Kept {
  id: number;
  scenario: string;
  world: World;
}

interface Request {
  id: number;
  worlds: World[];
  chunks: number;
  started: boolean;
  hear: (progress: Progress) => void;
  fail: (text: string) => void;
}

/** Workers that a computer with so many cores is asked for. */
export function workersFor(cores: number): number {
  return Math.max(1, Math.min(8, cores));
}

export class Pool {
  private workers: Worker[] = [];
  private shape: Shape | null = null;
  private kept = new Map<string, Kept>();
  private current: Partial<Record<Lane, Request>> = {};
  private next = 1;

  /** `make` starts a worker. */
  constructor(private readonly count: number, private readonly make: () => Worker) {}

  /** Gives every worker the engine; resolves when all have run the past. Worlds of the engine before are forgotten. */
  async load(module: WebAssembly.Module, bytes: ArrayBuffer, series: number, rows: number): Promise<void> {
    this.kept.clear();
    this.current = {};
    this.shape = null;
    this.workers.forEach((worker) => worker.terminate());
    this.workers = Array.from({ length: this.count }, () => this.make());
    const shares = await Promise.all(this.workers.map((worker, share) => this.start(worker, share, module, bytes)));
    this.shape = { series, rows, shares };
  }

  /** Runs scenarios; an earlier request of the same lane is dropped. `chunks` limits the members of each worker. */
  ask(
    lane: Lane,
    scenarios: string[],
    hear: (progress: Progress) => void,
    fail: (text: string) => void,
    chunks = Infinity,
  ): void {
    const shape = this.shape;
    if (!shape) return;
    const kept = scenarios.map((scenario) => this.keep(scenario, shape));
    const request: Request = { id: this.next++, worlds: kept.map((k) => k.world), chunks, started: false, hear, fail };
    this.current[lane] = request;
    this.workers.forEach((worker, index) => {
      // A policy without moves is the same world as none: it is run once.
      const jobs = [...new Set(kept)].map(({ id, scenario, world }) => ({
        world: id,
        scenario,
        have: world.chunks[index]?.length ?? 0,
      }));
      this.say(worker, { kind: 'ask', lane, request: request.id, jobs, chunks });
    });
    this.report(request);
  }

  /** Drops what a lane waits for. */
  drop(lane: Lane): void {
    delete this.current[lane];
    this.workers.forEach((worker) => this.say(worker, { kind: 'ask', lane, request: 0, jobs: [], chunks: 0 }));
  }

  private say(worker: Worker, message: ToWorker): void {
    worker.postMessage(message);
  }

  private start(worker: Worker, share: number, module: WebAssembly.Module, bytes: ArrayBuffer): Promise<number> {
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message || 'worker'));
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.kind === 'ready') resolve(data.members);
        else if (data.kind === 'failed' && data.request === null) reject(new Error(data.text));
        else this.heard(share, data);
      };
      this.say(worker, { kind: 'load', module, bytes, share, shares: this.count });
    });
  }

  private keep(scenario: string, shape: Shape): Kept {
    const found = this.kept.get(scenario) ?? { id: this.next++, scenario, world: new World(shape) };
    // Taken out and put in again: the map's order tells what was used last.
    this.kept.delete(scenario);
    this.kept.set(scenario, found);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
    }
    return found;
  }

  private heard(worker: number, data: FromWorker): void {
    const requests = Object.values(this.current);
    if (data.kind === 'chunk') {
      const kept = [...this.kept.values()].find((k) => k.id === data.world);
      kept?.world.take(worker, data.chunk, data.values);
      requests.filter((r) => kept && r.worlds.includes(kept.world)).forEach((r) => this.report(r));
    } else if (data.kind === 'failed') {
      requests.find((r) => r.id === data.request)?.fail(data.text);
    }
  }

  private report(request: Request): void {
    request.started ||= request.worlds.every((world) => world.has(1));
    if (!request.started) return;
    request.hear({ worlds: request.worlds, complete: request.worlds.every((world) => world.has(request.chunks)) });
  }
}
