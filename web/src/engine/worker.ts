/// <reference lib="webworker" />
/** Runs one share of the posterior's members. Between chunks it listens: the latest request of a lane replaces the one before. */

import init, { Engine } from 'counterflow-wasm/counterflow_web.js';
import type { FromWorker, Job, Lane, ToWorker } from './protocol';
import { chunksOf } from './world';

interface Request {
  request: number;
  jobs: Job[];
  chunks: number;
}

let engine: Engine | null = null;
let plan: [number, number][] = [];
const waiting: Partial<Record<Lane, Request>> = {};
let running = false;

const say = (message: FromWorker, transfer: Transferable[] = []) => self.postMessage(message, transfer);
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Lets messages in. A timer would wait for four milliseconds after a few turns. */
const breathe = (() => {
  const { port1, port2 } = new MessageChannel();
  let next: (() => void) | null = null;
  port1.onmessage = () => next?.();
  return () => new Promise<void>((resolve) => {
    next = resolve;
    port2.postMessage(null);
  });
})();

async function load(message: Extract<ToWorker, { kind: 'load' }>): Promise<void> {
  await init({ module_or_path: message.module });
  engine?.free();
  engine = new Engine(new Uint8Array(message.bytes), message.share, message.shares);
  const members = engine.members().length;
  plan = chunksOf(members);
  say({ kind: 'ready', members });
}

/** The job with the fewest chunks, so that all scenarios of a request have a first median soon. */
function nextJob({ jobs, chunks }: Request): Job | undefined {
  const open = jobs.filter((job) => job.have < Math.min(chunks, plan.length));
  return open.reduce<Job | undefined>((least, job) => (least && least.have <= job.have ? least : job), undefined);
}

function runChunk(job: Job): void {
  const [first, count] = plan[job.have] ?? [0, 0];
  const values = (engine as Engine).world(job.scenario, first, count);
  say({ kind: 'chunk', world: job.world, chunk: job.have, values }, [values.buffer]);
  job.have += 1;
}

async function work(): Promise<void> {
  if (running || !engine) return;
  running = true;
  for (;;) {
    const lane: Lane | null = waiting.urgent ? 'urgent' : waiting.background ? 'background' : null;
    const request = lane && waiting[lane];
    if (!request) break;
    const job = nextJob(request);
    try {
      if (job) runChunk(job);
      else delete waiting[lane];
    } catch (error) {
      delete waiting[lane];
      say({ kind: 'failed', request: request.request, text: textOf(error) });
    }
    await breathe();
  }
  running = false;
}

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'load') {
    await load(data).catch((error) => say({ kind: 'failed', request: null, text: textOf(error) }));
  } else {
    waiting[data.lane] = { request: data.request, jobs: data.jobs, chunks: data.chunks };
  }
  void work();
};
