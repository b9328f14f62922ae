/** The engine as WebAssembly: glue and binary, built from `crates/counterflow-web`. */
declare module 'counterflow-wasm/counterflow_web.js' {
  export default function init(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;

  /** Runs its share of the posterior's members. */
  export class Engine {
    constructor(bytes: Uint8Array, share: number, shares: number);
    members(): Uint32Array;
    world(scenario: string, first: number, count: number): Float64Array;
    free(): void;
  }

  /** Answers slow questions over the whole posterior. */
  export class Desk {
    constructor(bytes: Uint8Array);
    compare(question: string): string;
    contest(question: string): string;
    flows(question: string): string;
    free(): void;
  }
}

declare module 'counterflow-wasm/counterflow_web_bg.wasm?url' {
  const address: string;
  export default address;
}
