import { readFile } from 'node:fs/promises';
import { parquetReadObjects } from 'hyparquet';
import type { Download, Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { accessible, PHONE, settled, useBrowser } from './harness';

const { open, openFile } = useBrowser();

/** Text of the first figure's sentences. */
const said = (page: Page) => page.locator('figure').first().locator('.sentence').allInnerTexts();

test('opens on a running baseline with one headline, without errors, requests elsewhere or storage', async () => {
  const { page, complaints } = await open();
  expect(await page.locator('h1').innerText()).toMatch(/^Between [\d,]+ and [\d,]+ people are likely to die .* if nothing changes\.$/);
  await settled(page);
  expect((await said(page)).length).toBe(1);
  expect(await page.locator('.levers input[type=range]:visible').count()).toBeGreaterThanOrEqual(5);
  expect(await page.evaluate(() => [document.cookie, localStorage.length])).toEqual(['', 0]);
  expect(complaints).toEqual([]);
});

test('a slider moves the band by keyboard and by mouse', async () => {
  const { page, complaints } = await open();
  await settled(page);
  const slider = page.locator('#dose-naloxone');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/today/);
  await settled(page);
  const first = await said(page);
  expect(first.length).toBe(3);
  expect(first[1]).toContain('Against the same world without the policy');
  expect(first[2]).toContain('Against today');
  const box = await slider.boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.9, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  await settled(page);
  expect((await said(page))[1]).not.toBe(first[1]);
  await expect.poll(() => page.url()).toMatch(/p=naloxone:\d/);
  expect(complaints).toEqual([]);
});

test('an example: both references, a basis for each answer, and no chance where it is an assumption', async () => {
  const { page } = await open();
  const example = page.locator('#examples button').first();
  await example.click();
  expect(await example.getAttribute('aria-pressed')).toBe('true');
  await page.waitForSelector('.effects .basis');
  const answers = await page.locator('.effects p:has(.basis)').allInnerTexts();
  expect(answers.length).toBeGreaterThan(1);
  for (const answer of answers.filter((text) => text.includes('assumption'))) expect(answer).not.toMatch(/of 100/);
  expect(await page.locator('#timeline-words li').count()).toBeGreaterThan(1);
});

test('every lever moves, is told and is taken back', async () => {
  const { page, complaints } = await open();
  await settled(page);
  for (const theme of await page.locator('details.theme > summary').all()) await theme.click();
  for (const slider of await page.locator('.levers input[type=range]').all()) {
    const before = await slider.inputValue();
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    if ((await slider.inputValue()) === before) await page.keyboard.press('ArrowLeft');
    expect(await slider.getAttribute('aria-valuetext')).not.toBe('no change');
  }
  await settled(page);
  await page.getByRole('button', { name: 'Clear all' }).click();
  await settled(page);
  expect((await said(page)).length).toBe(1);
  expect(complaints).toEqual([]);
});

test('a link opens the same state', async () => {
  const { page, context } = await open('#/organisations?v=1&p=naloxone:2:2027-03:6:2030-12;port_scanning:0.4&n=Mine&a=');
  await settled(page);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy link' }).click();
  const link = await page.getByLabel('Copied text').inputValue();
  expect(link.slice(link.indexOf('#'))).toBe('#/organisations?v=1&p=naloxone:2:2027-03:6:2030-12;port_scanning:0.4&n=Mine');
  await page.getByRole('button', { name: 'Copy command line' }).click();
  expect(await page.getByLabel('Copied text').inputValue()).toBe(`counterflow run '${link.slice(link.indexOf('#'))}'`);
  const other = await open(link.slice(inject('site').length));
  await settled(other.page);
  expect(await said(other.page)).toEqual(await said(page));
  expect(await other.page.locator('#dose-port_scanning').inputValue()).toBe('0.4');
});

test('English and Spanish, and numbers with them', async () => {
  const { page } = await open();
  await page.getByLabel('Language').selectOption('es');
  await expect.poll(() => page.locator('h1').innerText()).toMatch(/^Entre .* si nada cambia\.$/);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('es');
  const linked = await open('#/?v=1&l=es');
  expect(await linked.page.locator('h1').innerText()).toMatch(/^Entre /);
  await accessible(linked.page);
});

test('works without a network after one load', async () => {
  const { page, context } = await open();
  await settled(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.reload();
  await settled(page);
  await page.locator('#dose-naloxone').press('ArrowRight');
  await settled(page);
  expect((await said(page)).length).toBe(3);
});

test('downloads hold what is shown', async () => {
  const { page } = await open('#/deaths?v=1&p=naloxone:2');
  await settled(page);
  const figure = page.locator('figure').first();
  await figure.getByText('Download what is shown').click();
  const take = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name }).click()]);
    return readFile(await (download as Download).path());
  };
  const lines = (await take('CSV')).toString().trim().split('\n');
  const rows = JSON.parse((await take('JSON')).toString());
  expect(lines.length - 1).toBe(rows.rows.length);
  expect(new Set(rows.rows.map((row: { line: string }) => row.line))).toEqual(
    new Set(['record', 'past', 'baseline', 'policy', 'effect_status_quo', 'effect_today']));
  expect(rows.metadata.link).toContain('p=naloxone:2');
  const file = await take('Parquet');
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file: bytes })).toEqual(rows.rows);
  expect((await take('SVG')).toString()).toMatch(/^<\?xml[\s\S]*<path[\s\S]*<\/svg>\s*$/);
  expect((await take('PNG')).subarray(1, 4).toString()).toBe('PNG');
});

test('one file that works alone', async () => {
  const { page } = await open('#/deaths?v=1&p=naloxone:2');
  await settled(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as one file' }).click()]);
  const file = `${await download.path()}.html`;
  await download.saveAs(file);
  const alone = await openFile(file);
  await settled(alone.page);
  expect(await said(alone.page)).toEqual(await said(page));
  await alone.page.locator('#dose-naloxone').press('ArrowRight');
  await settled(alone.page);
  expect(await said(alone.page)).not.toEqual(await said(page));
  expect(alone.complaints).toEqual([]);
  // Without scripts it shows what was seen.
  const still = await openFile(file, { javaScriptEnabled: false });
  expect(await still.page.locator('h1').innerText()).toMatch(/^Between/);
  expect(await still.page.locator('figure svg path').count()).toBeGreaterThan(5);
  expect(await still.page.locator('figure table').count()).toBeGreaterThan(0);
});

test('the tour goes by keyboard and is left with Escape', async () => {
  const { page } = await open();
  await settled(page);
  await page.getByRole('button', { name: '60-second tour' }).press('Enter');
  for (let step = 1; step < 6; step++) {
    await expect.poll(() => page.getByRole('dialog').innerText()).toContain(`Step ${step} of 6`);
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Escape');
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['counterflow.tour']);
});

test('embedded: the chart alone, and a way to the whole', async () => {
  const { page, complaints } = await open('?embed#/deaths?v=1&p=naloxone:2');
  await settled(page);
  expect([await page.locator('header').count(), await page.locator('figure').count()]).toEqual([0, 1]);
  expect(await page.getByText('Open in Counterflow').getAttribute('href')).not.toContain('embed');
  expect(complaints).toEqual([]);
});

test.each([['desktop', {}], ['phone', { viewport: PHONE }], ['dark', { colorScheme: 'dark' as const }]])(
  'accessible: %s',
  async (_name, options) => {
    const { page } = await open('#/deaths?v=1&p=naloxone:2;strikes_on_labs:100', options);
    await settled(page);
    await page.getByRole('button', { name: /^Details.*Naloxone/ }).click();
    await page.getByText('Numbers as a table').first().click();
    await page.waitForSelector('.effects .basis');
    await accessible(page);
    const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(width).toBeLessThanOrEqual(0);
  },
);

test('tells how long it lets a user wait', async () => {
  const { page } = await open();
  await settled(page);
  await page.locator('#dose-naloxone').focus();
  for (let i = 0; i < 10; i++) {
    await page.keyboard.press('ArrowRight');
    await settled(page);
  }
  const latency = await page.evaluate(() => window.__counterflowLatency);
  expect(latency.members).toBeGreaterThanOrEqual(500);
  expect(latency.first_median_ms.length).toBeGreaterThanOrEqual(10);
  expect(latency.all_bands_ms.length).toBeGreaterThanOrEqual(10);
});
