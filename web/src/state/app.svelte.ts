/** What every page needs: the model's names, the baseline, and whether the engine runs. */

import type { Baseline, Lever, ModelFile, Series } from '../engine/boundary';
import { json } from '../engine/files';

class AppStore {
  model = $state.raw<ModelFile | null>(null);
  baseline = $state.raw<Baseline | null>(null);
  /** Words of what went wrong. */
  problem = $state<string | null>(null);

  /** Reads what is shown before anything runs. */
  async load(): Promise<void> {
    try {
      const [model, baseline] = await Promise.all([json<ModelFile>('model.json'), json<Baseline>('baseline.json')]);
      this.model = model;
      this.baseline = baseline;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

export const app = new AppStore();

/** Lever of this name; undefined for one the model does not have. */
export function leverOf(model: ModelFile, id: string): Lever | undefined {
  return model.levers.find((lever) => lever.id === id);
}

/** Series of this name; throws on one the model does not have. */
export function seriesOf(model: ModelFile, id: string): Series {
  const series = model.series.find((one) => one.id === id);
  if (!series) throw new Error(`series ${id}`);
  return series;
}

/** End of the data in years: "2025-06" is 2025.5. */
export function dataEnd(model: ModelFile): number {
  const [year = 0, month = 0] = model.data_through.split('-').map(Number);
  return year + month / 12;
}

/** End of the months that back-tests reach, in years. */
export function testedEnd(model: ModelFile): number {
  return dataEnd(model) + model.tested_months / 12;
}
