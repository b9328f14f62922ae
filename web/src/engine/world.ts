/** Members of one scenario as they arrive from the workers. */

/**
 * Members run at once: a few first, for a first median, then more. The engine runs members in blocks of 8 or of 64, and a
 * block takes as long when it is half empty.
 */
export const FIRST_CHUNK = 8;
const NEXT_CHUNK = 64;

/** [first, count] of each chunk of a share of this many members. */
export function chunksOf(members: number): [number, number][] {
  const chunks: [number, number][] = [];
  for (let first = 0; first < members; ) {
    const count = Math.min(first === 0 ? FIRST_CHUNK : NEXT_CHUNK, members - first);
    chunks.push([first, count]);
    first += count;
  }
  return chunks;
}

/** What all worlds of one engine have in common. */
export interface Shape {
  series: number;
  rows: number;
  /** Members of each worker's share. */
  shares: number[];
}

/** The members of one scenario that have been run so far. Chunks of a worker arrive in order. */
export class World {
  readonly chunks: Float64Array[][];
  private readonly plan: [number, number][][];

  constructor(readonly shape: Shape) {
    this.chunks = shape.shares.map(() => []);
    this.plan = shape.shares.map(chunksOf);
  }

  /** Takes the next chunk of a worker; one that is there already or comes too early is left out. */
  take(worker: number, chunk: number, values: Float64Array): void {
    const there = this.chunks[worker];
    if (there && there.length === chunk) there.push(values);
  }

  /** Number of chunks of each worker that are there. */
  lengths(): number[] {
    return this.chunks.map((chunks) => chunks.length);
  }

  /** Whether every worker's first `chunks` chunks are there, all of them if left out. */
  has(chunks = Infinity): boolean {
    return this.chunks.every((there, worker) => there.length >= Math.min(chunks, this.plan[worker]?.length ?? 0));
  }

  /** Number of members within these chunks. */
  members(lengths: number[] = this.lengths()): number {
    let members = 0;
    this.plan.forEach((plan, worker) => {
      for (const [, count] of plan.slice(0, lengths[worker])) members += count;
    });
    return members;
  }

  /** Values of one series in one row, of the members within these chunks. */
  column(series: number, row: number, lengths: number[] = this.lengths()): Float64Array {
    const column = new Float64Array(this.members(lengths));
    let at = 0;
    this.chunks.forEach((chunks, worker) => {
      chunks.slice(0, lengths[worker]).forEach((values, chunk) => {
        const count = this.plan[worker]?.[chunk]?.[1] ?? 0;
        const from = (series * this.shape.rows + row) * count;
        column.set(values.subarray(from, from + count), at);
        at += count;
      });
    });
    return column;
  }
}

/** Chunks that two worlds share. */
export function shared(first: World, second: World): number[] {
  const other = second.lengths();
  return first.lengths().map((length, worker) => Math.min(length, other[worker] ?? 0));
}

/** First minus second, member by member, in rows of one series that may differ. */
export function difference(first: World, second: World, series: number, row: number, secondRow = row): Float64Array {
  const lengths = shared(first, second);
  const values = first.column(series, row, lengths);
  const other = second.column(series, secondRow, lengths);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) - (other[i] as number);
  return values;
}
