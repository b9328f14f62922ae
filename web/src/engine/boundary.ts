/** Shapes of the files the page loads and of what it says to the engine. */

/** Quantiles of 5, 25, 50, 75 and 95 %. */
export type Band = [number, number, number, number, number];

/** What is known of the model before anything runs (`model.json`). */
export interface ModelFile {
  version: string;
  title: string;
  /** Last month of data, "2025-06". */
  data_through: string;
  data_through_label: string;
  /** What is counted: from the start of the first year to the start of the second. */
  years: [number, number];
  /** Months after the end of the data that back-tests reach. */
  tested_months: number;
  draws: number;
  seed: number;
  /** Rows of `Engine.world`: "level", "today", then years. */
  rows: string[];
  series: Series[];
  /** The first so many series are the outcomes of the model. */
  outcomes: number;
  headline: string;
  views: { id: string; series: string[] }[];
  themes: { id: string; levers: string[] }[];
  first_levers: string[];
  levers: Lever[];
  policies: Policy[];
  examples: string[];
  slots: Slot[];
}

/** A number over time that the page can show. */
export interface Series {
  id: string;
  title: string;
  unit: string;
  /** How the years that are counted become one number. */
  summary: 'total' | 'mean' | 'end';
  better: 'lower' | 'higher' | 'neither';
  concerns: 'united_states' | 'mexico' | 'both';
  documentation: string;
}

/** Something a policy can move. */
export interface Lever {
  id: string;
  documentation: string;
  unit: string;
  /** Dose that changes nothing. */
  neutral: number;
  /** Documented range. */
  range: [number, number] | null;
  step: number;
  /** Letter from A (trials agree) to E (nothing usable). */
  evidence: string;
  mechanism: string;
  failure: string;
  /** Whether it uses force. */
  kinetic: boolean;
  payer: string | null;
  sources: string[];
  date: string;
  sector: string;
  theme: string;
  /** Dose to start from: that of the bundled policy of this lever alone, else the end of the range. */
  typical: number;
}

/** A lever moved at a time. Months are "YYYY-MM". */
export interface Move {
  lever: string;
  dose: number;
  start: string;
  ramp_months: number;
  end: string | null;
}

/** A bundled policy. */
export interface Policy {
  id: string;
  name: string;
  sentence: string;
  moves: Move[];
}

/** A part of the model with competing texts. */
export interface Slot {
  name: string;
  documentation: string;
  default: string;
  variants: Variant[];
}

/** One of the competing texts; `file` names its engine, null where it has none of its own. */
export interface Variant {
  name: string;
  title: string;
  sentence: string;
  file: string | null;
  heavy: boolean;
  fitted: boolean;
}

/** Bands of the status quo and the record (`baseline.json`). */
export interface Baseline {
  years: number[];
  series: BaselineSeries[];
  /** Five years' total, in people. */
  headline: { from: number; to: number; total: Band };
  /** Sampled draws of the headline series, yearly. */
  paths: { id: string; values: number[][] }[];
}

/** Bands of one series without any policy. */
export interface BaselineSeries {
  id: string;
  /** Yearly means, one band for each of `Baseline.years`. */
  bands: Band[];
  level: Band;
  today: Band;
  /** Middle of the period in years, and the value as a yearly rate in the series' unit. */
  record: [number, number][];
}

/** What the engine runs. */
export interface Scenario {
  name?: string;
  moves: Move[];
  /** Values by parameter element. */
  assumptions: Record<string, number>;
  /** Variant by slot. */
  variants: Record<string, string>;
}

/** One reference of the bibliography (`sources.json`). */
export interface Source {
  title: string;
  authors: string;
  year: string | number;
  where: string;
  kind: string;
  accessed: string;
  url: string | null;
}

/** What an answer rests on. */
export type Basis = 'data' | 'analogy' | 'assumption';

/** What an answer is a difference from. */
export type Reference = 'level' | 'status_quo' | 'today';

/** Where the sign of an effect turns. */
export interface BreakEven {
  parameter: string;
  unit: string;
  range: [number, number];
  value: number | null;
  signs: [number, number];
}

/** A parameter's part in the spread of an answer. */
export interface Driver {
  parameter: string;
  share: number;
  correlation: number;
  contraction: number;
  grade: string;
}

/** One outcome of one policy against one reference. */
export interface Answer {
  id: string;
  unit: string;
  reference: Reference;
  median: number;
  lo90: number;
  lo50: number;
  hi50: number;
  hi90: number;
  basis: Basis;
  p_better: number | null;
  break_even: BreakEven | null;
  drivers: Driver[];
}

/** All answers about one policy; `scale` and `note` only where each was given the same money. */
export interface PolicyAnswers {
  id: string;
  name: string;
  scale?: number | null;
  note?: string | null;
  outcomes: Answer[];
}

/** What `Desk.compare` returns. */
export interface Comparison {
  policies: PolicyAnswers[];
  draws: number;
  seed: number;
  data_through: string;
  model_version: string;
}

/** What `Desk.compare` is asked. The status quo is added to the scenarios. */
export interface CompareQuestion {
  scenarios: Scenario[];
  /** Outcome whose break-even is sought. */
  headline: string;
  /** USD that each scenario is scaled to. */
  equal_budget?: number;
  draws?: number;
}

/** What `Desk.contest` is asked. */
export interface ContestQuestion {
  first: Scenario;
  second: Scenario;
  outcome: string;
}

/** What `Desk.contest` returns. */
export interface Contest {
  outcome: string;
  ahead: 'first' | 'second' | 'neither';
  /** First minus second, draw by draw. */
  difference: Band;
  p_first: number | null;
  basis: Basis;
  /** Each assumption alone, moved over its documented range. */
  reversals: BreakEven[];
}

/** Nodes and links of one kind of flow in one year. */
export interface Flow {
  unit: string;
  nodes: { id: string; title: string }[];
  links: { from: string; to: string; band: Band }[];
}

/** Kinds of flows. */
export type FlowKind = 'people' | 'kilograms' | 'guns' | 'dollars';

/** What `Desk.flows` returns: mean rates of one year, over some of the draws. */
export interface Flows {
  year: number;
  draws: number;
  diagrams: Record<FlowKind, Flow>;
}

/** Questions of the desk with their answers. */
export interface DeskQuestions {
  compare: { question: CompareQuestion; answer: Comparison };
  contest: { question: ContestQuestion; answer: Contest };
  flows: { question: { scenario: Scenario; year: number }; answer: Flows };
}
