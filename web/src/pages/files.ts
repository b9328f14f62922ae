/** Shapes of the files that only the pages beside the simulator load. */

import type { Band, Policy } from '../engine/boundary';

/** The ledger (`claims.json`). */
export interface ClaimsFile {
  /** Draws behind figures of runs; null where no claim has any. */
  draws: number | null;
  claims: Claim[];
}

export interface Claim {
  id: string;
  side: 'article' | 'rebuttal';
  kind: string;
  status: string;
  sentence: string;
  /** Variables of the model that it is about. */
  variables: string[];
  sources: string[];
  /** Bundled policies whose runs its text tells of, and other moves. */
  policies: string[];
  runs: Policy[];
  /** A text of the model that it names, as `slot:variant`. */
  variant: string | null;
  /** The record, the model, and what would have to be true, in this order. */
  sections: { title: string; html: string }[];
}

/** Scores of past forecasts, and what was written down before its months come (`track.json`). */
export interface TrackFile {
  model_version: string;
  /** Day of the scores. */
  date: string;
  /** Months at whose ends forecasts were made. */
  origins: string[];
  forecasts: number;
  /** Shares within the central intervals of 50, 80 and 95 %. */
  coverage: Coverage;
  targets: Target[];
  projections: Projection[];
}

export type Coverage = [number, number, number];

export interface Target {
  id: string;
  title: string;
  location: string;
  scores: Score[];
}

export interface Score {
  measure: 'period' | 'twelve_months';
  months_ahead: number;
  forecasts: number;
  to_persistence: Ratio | null;
  to_trend: Ratio | null;
  coverage: Coverage;
  bias: number;
  origins: string[];
}

/** A weighted interval score over that of a reference, with the interval of 90 % of resamplings of the origins. */
export interface Ratio {
  value: number;
  lo90: number;
  hi90: number;
  verdict: 'better' | 'worse' | 'open';
}

/** Sums of twelve months that were written down: last months, and bands of each. */
export interface Projection {
  target: string;
  title: string;
  location: string;
  dates: string[];
  values: Band[];
}

/** What was projected of each state (`states.json`). */
export interface StatesFile {
  model_version: string;
  target: string;
  places: { code: string; name: string; people: number | null }[];
  /** Last months of the twelve that are summed. */
  dates: string[];
  values: Record<string, Band[]>;
  /** By code: the last month, and deaths in the twelve months to it. */
  record: Record<string, [string, number][]>;
}

/** Every parameter element (`parameters.json`). */
export interface ParametersFile {
  parameters: Parameter[];
}

export interface Parameter {
  /** Element, such as `share[ports]`. */
  name: string;
  documentation: string;
  unit: string;
  value: number;
  range: [number, number] | null;
  /** The prior as the model's text writes it; null for a fixed number. */
  prior: string | null;
  prior_band: Band | null;
  posterior: Band;
  /** Part of the prior's variance that the data took away. */
  contraction: number;
  grade: string;
  sources: string[];
  date: string;
  sector: string;
  /** Share of the headline's spread that it explains. */
  headline_share: number;
}
