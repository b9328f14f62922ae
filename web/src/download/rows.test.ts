import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import type { Band, ModelFile, Series } from '../engine/boundary';
import { parquet } from './parquet';
import { commandOf, rowsOf, type Download } from './rows';
import { csv, json } from './text';

const band: Band = [1, 2, 3, 4, 5.5];
const download: Download = {
  model: { title: 'Model', version: '1', data_through: '2025-06', data_through_label: 'June 2025', draws: 512, seed: 1 } as ModelFile,
  series: { id: 'deaths', title: 'Deaths, "all"', documentation: 'd', concerns: 'mexico' } as Series,
  fan: {
    title: 'Deaths', unit: 'people/year', record: [[2020.5, 0.1]], past: [], baseline: [{ x: 2030.5, band }],
    assumed: [], policy: [{ x: 2026.5, band }], paths: [],
  },
  effects: [{ against: 'today', bands: [{ x: 2026.5, band }] }],
  testedUntil: 2027.5,
  link: "https://example.org/#/deaths?v=1&n=it's",
};

test('rows tell line, time and whether it was tested', () => {
  const rows = rowsOf(download);
  expect(rows.map((row) => [row.line, row.tested])).toEqual(
    [['record', true], ['baseline', false], ['policy', true], ['effect_today', true]]);
  expect(rows[0]).toMatchObject({ q05: null, q50: 0.1 });
});

test('csv', () => {
  expect(csv(download).split('\n').slice(0, 3)).toEqual([
    'series,line,time,q05,q25,q50,q75,q95,unit,tested',
    'deaths,record,2020.5,,,0.1,,,people/year,true',
    'deaths,baseline,2030.5,1,2,3,4,5.5,people/year,false',
  ]);
});

test('json has citation and command', () => {
  const { metadata, rows } = JSON.parse(json(download));
  expect(metadata.citation).toContain('June 2025');
  expect(metadata.command).toBe("counterflow run '#/deaths?v=1&n=it%27s'");
  expect(rows.length).toBe(4);
  expect(commandOf('#/x')).toBe("counterflow run '#/x'");
});

test('parquet is read back', async () => {
  const file = parquet(download);
  const rows = await parquetReadObjects({ file });
  expect(rows).toEqual(rowsOf(download));
  expect(parquetMetadata(file).key_value_metadata?.find(({ key }) => key === 'model_version')?.value).toBe('1');
});
