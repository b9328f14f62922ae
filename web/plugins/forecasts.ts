/** Forecasts of the back-test beside what came, `docs/track-record/backtest.csv`, as the module `track-record:forecasts`. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const MODULE = 'track-record:forecasts';
const FILE = fileURLToPath(new URL('../../docs/track-record/backtest.csv', import.meta.url));
const COLUMNS = 'origin,target,measure,month,months_ahead,level,value,truth';
/** Quantiles of a band, as the file writes them. */
const LEVELS = ['0.05', '0.25', '0.5', '0.75', '0.95'];

/** What was said of sums of twelve months at the end of one month. */
export interface Forecast {
  target: string;
  /** Month at whose end it was made. */
  origin: string;
  /** Last month of the twelve, the band, and what came. */
  points: [string, number[], number][];
}

/** Reads the table; only sums of twelve months are kept. Throws where the columns are others, or a band is not whole. */
export function parseForecasts(source: string): Forecast[] {
  const [head, ...lines] = source.trim().split('\n');
  if (head !== COLUMNS) throw new Error(`columns: ${head}`);
  const forecasts = new Map<string, Forecast>();
  for (const line of lines) {
    const [origin = '', target = '', measure, month = '', , level = '', value, truth] = line.split(',');
    const at = LEVELS.indexOf(level);
    if (measure !== 'twelve_months' || at < 0) continue;
    const key = `${target} ${origin}`;
    const forecast = forecasts.get(key) ?? { target, origin, points: [] };
    forecasts.set(key, forecast);
    let point = forecast.points.at(-1);
    if (point?.[0] !== month) forecast.points.push((point = [month, [], Number(truth)]));
    if (point[1].length !== at) throw new Error(`order: ${line}`);
    point[1].push(Number(value));
  }
  const all = [...forecasts.values()];
  const broken = all.flatMap(({ points }) => points).find(([, band]) => band.length !== LEVELS.length);
  if (broken) throw new Error(`levels: ${broken.join()}`);
  return all;
}

export function forecasts(): Plugin {
  return {
    name: 'counterflow-forecasts',
    resolveId: (id) => (id === MODULE ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined;
      this.addWatchFile(FILE);
      return `export default ${JSON.stringify(parseForecasts(readFileSync(FILE, 'utf8')))};`;
    },
  };
}
