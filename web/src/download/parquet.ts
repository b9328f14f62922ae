/** Rows as a Parquet file, metadata in its footer. */

import { parquetWriteBuffer } from 'hyparquet-writer';
import { metadataOf, rowsOf, type Download } from './rows';

/** The file's bytes. */
export function parquet(download: Download): ArrayBuffer {
  const rows = rowsOf(download);
  const number = (name: 'time' | 'q05' | 'q25' | 'q50' | 'q75' | 'q95') =>
    ({ name, data: rows.map((row) => row[name]), type: 'DOUBLE' as const, nullable: name !== 'time' && name !== 'q50' });
  const string = (name: 'series' | 'line' | 'unit') =>
    ({ name, data: rows.map((row) => row[name]), type: 'STRING' as const, nullable: false });
  return parquetWriteBuffer({
    columnData: [
      string('series'),
      string('line'),
      number('time'),
      ...(['q05', 'q25', 'q50', 'q75', 'q95'] as const).map(number),
      string('unit'),
      { name: 'tested', data: rows.map((row) => row.tested), type: 'BOOLEAN', nullable: false },
    ],
    kvMetadata: Object.entries(metadataOf(download)).map(([key, value]) => ({ key, value })),
  });
}
