/** Rows as CSV and as JSON. */

import { metadataOf, rowsOf, type Download, type Row } from './rows';

const COLUMNS = ['series', 'line', 'time', 'q05', 'q25', 'q50', 'q75', 'q95', 'unit', 'tested'] as const;

/** CSV with a header; numbers are in full. */
export function csv(download: Download): string {
  const cell = (value: Row[keyof Row]) => (typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? ''));
  const rows = rowsOf(download).map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...rows].join('\n')}\n`;
}

/** JSON with metadata and citation. */
export function json(download: Download): string {
  return `${JSON.stringify({ metadata: metadataOf(download), rows: rowsOf(download) }, null, 1)}\n`;
}
