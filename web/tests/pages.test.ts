import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessible, PHONE, settled, useBrowser } from './harness';

const { open } = useBrowser();

/** Two plans, one of which rests on an assumption. */
const TWO = 'v=1&p=naloxone:2&n=Kits&p2=strikes_on_labs:100&n2=Strikes';

/** Milliseconds that an answer of the desk may take on a machine that has much else to do. */
const SLOW = 100_000;

/** Every page with what tells that it is there. */
const PAGES = [
  ['compare', `#/compare?${TWO}`, '.fans svg'],
  ['assumptions', '#/assumptions?v=1&a=adaptation_ceiling:0.3', '#parameters li'],
  ['claims', '#/claims', '.sides li'],
  ['a claim', '#/claims/strike_only_way', '.prose li'],
  ['track', '#/track', '.origins svg'],
  ['flows', '#/flows?v=1&p=treatment_access:3', 'figure path.flow'],
  ['map', '#/map', 'path.state'],
  ['about', '#/about', 'section'],
  ['sources', '#/sources/nrc2001', '.named'],
] as const;

const heading = (page: Page) => page.locator('h1').innerText();
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test.each(PAGES)('%s: accessible in both languages, light and dark, and fits a phone', async (_name, path, ready) => {
  const { page, complaints } = await open(path);
  await page.waitForSelector(ready, { state: 'attached' });
  for (const folded of await page.locator('main figure summary').all()) await folded.click();
  await accessible(page);
  const english = await heading(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize(PHONE);
  await page.getByLabel('Language').selectOption('es');
  await expect.poll(() => heading(page)).not.toBe(english);
  await page.waitForSelector(ready, { state: 'attached' });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await accessible(page);
  // Every place for a value is filled, in every text.
  expect(await page.locator('main').innerText()).not.toMatch(/\{\w+\}|NaN|undefined/);
  expect(complaints).toEqual([]);
});

test('the menu leads to every page, and keeps what is set', async () => {
  const { page, complaints } = await open('#/?v=1&p=naloxone:2');
  await settled(page);
  for (const link of await page.locator('header nav a').all()) {
    await link.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => link.getAttribute('aria-current')).toBe('page');
    await page.waitForSelector('h1');
    expect(page.url()).toContain('p=naloxone:2');
  }
  expect(await page.title()).toBe('About · Counterflow');
  expect(complaints).toEqual([]);
});

test('a claim opens the simulator set to it', async () => {
  const { page } = await open('#/claims');
  await page.getByLabel('Status').selectOption('unsupported');
  const claim = page.getByRole('link', { name: 'Striking at the core is the only way to stop the flow.' });
  await claim.press('Enter');
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  expect(await page.locator('main h2').allInnerTexts()).toEqual(
    expect.arrayContaining(['The record', 'The model', 'What would have to be true', 'Sources']));
  const source = await page.locator('.prose a[data-source]').first().getAttribute('href');
  expect(source).toMatch(/^#\/sources\/\w+\?v=1/);
  await page.getByRole('link', { name: /^Military strikes on laboratories/ }).press('Enter');
  await settled(page);
  expect(page.url()).toMatch(/p=strikes_on_labs:100/);
  expect(await page.locator('#dose-strikes_on_labs').inputValue()).toBe('100');
  const spoken = await open('#/claims/directive?v=1&l=es');
  await spoken.page.waitForSelector('.prose li');
  await expect.poll(() => spoken.page.locator('.prose').first().innerText()).toContain('directiva');
});

test('a value is assumed by keyboard, shown beside the shipped line, and taken back', async () => {
  const { page, complaints } = await open('#/assumptions');
  await settled(page);
  expect(await page.locator('.mark.assumed').count()).toBe(0);
  // Measured on the spot: how far each moves the headline.
  await page.getByLabel(/^Order/).selectOption('reach');
  await expect.poll(() => page.locator('#parameters .share').first().innerText(), { timeout: 30_000 }).toMatch(/±[\d.]+/);
  await page.getByLabel(/^Order/).selectOption('share');
  await page.getByLabel('Search').fill('adaptation_ceiling');
  await expect.poll(() => page.locator('#parameters li').count()).toBeLessThan(5);
  await page.locator('#parameters button.head').first().press('Enter');
  const slider = page.locator('#parameters input[type=range]');
  for (let i = 0; i < 6; i++) await slider.press('ArrowLeft');
  expect(Number(await slider.getAttribute('aria-valuetext'))).toBeLessThan(0.6);
  await settled(page);
  expect(await page.locator('aside .sentence').last().innerText()).toContain('Under your assumptions');
  await expect.poll(() => page.url()).toMatch(/a=adaptation_ceiling:0\.\d+/);
  await page.getByLabel('Value').fill('0.9');
  await page.getByLabel('Value').press('Enter');
  await expect.poll(() => page.url()).toContain('a=adaptation_ceiling:0.9');
  await page.getByRole('button', { name: 'Take all assumptions back' }).click();
  await expect.poll(() => page.url()).not.toContain('a=');
  expect(complaints).toEqual([]);
});

test('a text in dispute is taken; a heavy one says so before it is loaded', async () => {
  const { page, complaints } = await open('#/assumptions');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.getByText('How cooperation answers force').click();
  await page.getByRole('button', { name: 'Reaction to force: withdrawal' }).click();
  await expect.poll(() => page.url()).toContain('x=cooperation:withdrawal');
  await settled(page);
  expect(requests.some((url) => url.endsWith('variants/cooperation-withdrawal.bin'))).toBe(true);
  await page.getByText('Geography of the United States').click();
  await page.getByRole('button', { name: /states/i }).first().click();
  await page.getByRole('button', { name: 'Load it' }).waitFor();
  expect(requests.some((url) => url.endsWith('geography-states.bin'))).toBe(false);
  await page.getByRole('button', { name: 'Leave it' }).click();
  expect(page.url()).toContain('x=cooperation:withdrawal');
  expect(complaints).toEqual([]);
});

test('the track record is one step from every band, and tells what was missed', async () => {
  const { page } = await open();
  await settled(page);
  await page.locator('figure a[href^="#/track"]').first().press('Enter');
  await page.waitForSelector('.origins svg');
  expect(await page.locator('.origins figure').count()).toBe(4);
  await page.getByRole('link', { name: /homicide in Mexico/ }).press('Enter');
  await expect.poll(() => page.locator('h2').allInnerTexts()).toContain('Victims of homicide in Mexico that police investigations count');
  expect(await page.locator('.target').innerText()).toContain('worse than persistence');
  const reader = page.locator('.origins [role=slider]').first();
  await reader.press('End');
  expect(await reader.getAttribute('aria-valuetext')).toMatch(/What came [\d,]+; What was said/);
});

test('plans side by side: both references, a difference, and what would turn the order', async () => {
  const { page, complaints } = await open(`#/compare?${TWO}`);
  await page.waitForSelector('#compare-state[data-complete=true]', { state: 'attached' });
  expect(await page.locator('.fans figure').count()).toBe(2);
  expect(await page.locator('th').allInnerTexts()).toEqual(expect.arrayContaining(['against the same world without it', 'against today']));
  await page.waitForSelector('td .basis', { timeout: SLOW });
  for (const cell of await page.locator('td:has(.basis.assumption)').allInnerTexts()) expect(cell).not.toMatch(/of 100/);
  expect(await page.locator('.card > .sentence').innerText()).toMatch(/“Kits” against “Strikes”: [\d,]+ people fewer in the middle/);
  await page.getByRole('button', { name: /^What would turn the order/ }).press('Enter');
  await page.waitForSelector('#contest-answer', { timeout: SLOW });
  const answer = await page.locator('#contest-answer').innerText();
  if (answer.includes('assumption')) expect(answer).not.toMatch(/of 100/);
  else expect(answer).toMatch(/In \d+ of 100 futures/);
  await page.locator('form select').selectOption('treatment_access');
  await page.getByRole('button', { name: 'Add to the comparison' }).click();
  await expect.poll(() => page.locator('.fans figure').count()).toBe(3);
  await expect.poll(() => page.url()).toContain('p3=treatment_access:');
  expect(complaints).toEqual([]);
}, 3 * SLOW);

test('flows of a year, as a diagram, a sentence and a table', async () => {
  const { page } = await open('#/flows');
  await page.waitForSelector('#flows-state[data-found=true]', { state: 'attached' });
  const before = await page.locator('figure .sentence').innerText();
  await page.getByLabel('Year').selectOption('2022');
  await expect.poll(() => page.locator('figure .sentence').innerText()).toMatch(/^In 2022 about [\d,]+ people die of an overdose/);
  expect(await page.locator('figure .sentence').innerText()).not.toBe(before);
  await page.getByRole('link', { name: 'Fentanyl', exact: true }).press('Enter');
  await expect.poll(() => page.locator('figure h2').innerText()).toBe('Fentanyl in 2022');
  await page.locator('figure summary').click();
  expect(await page.locator('figure tbody tr').count()).toBeGreaterThan(5);
});

test('states by date, by list and by map', async () => {
  const { page } = await open('#/map');
  await page.waitForSelector('path.state');
  expect(await page.locator('.said').innerText()).toContain('does not follow the levers');
  await page.getByLabel('State').selectOption('WV');
  await expect.poll(() => page.locator('#state-title').innerText()).toBe('West Virginia');
  const said = page.locator('figure .sentence').last();
  expect(await said.innerText()).toMatch(/^West Virginia, .* if nothing changes: ninety of a hundred/);
  await page.getByLabel('Date').press('Home');
  await expect.poll(() => said.innerText()).toMatch(/people died/);
  await page.locator('path.state', { hasText: /^Texas/ }).click();
  await expect.poll(() => page.locator('#state-title').innerText()).toBe('Texas');
  await expect.poll(() => page.url()).toMatch(/#\/map\/TX\?.*d=/);
});
