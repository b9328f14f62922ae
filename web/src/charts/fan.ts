import type { BandAt, Point } from './geometry';

/** What the fan chart of a series shows; its table and downloads show the same. */
export interface Fan {
  title: string;
  unit: string;
  /** The public record. */
  record: Point[];
  /** Bands of the model before the end of the data. */
  past: BandAt[];
  /** The status quo as shipped. */
  baseline: BandAt[];
  /** The user's assumptions without policy; empty where nothing is assumed. */
  assumed: BandAt[];
  /** The user's policy; empty where nothing is moved. */
  policy: BandAt[];
  /** Single draws of the status quo as shipped. */
  paths: Point[][];
}
