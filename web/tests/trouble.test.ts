import { expect, test } from 'vitest';
import { settled, useBrowser } from './harness';

const { open, openWatched } = useBrowser();

test('without the engine the baseline still stands, and the page says what is missing', async () => {
  const { page } = await openWatched({ serviceWorkers: 'block' }, (one) => one.route('**/engine.bin', (route) => route.fulfill({ status: 404 })));
  await expect.poll(() => page.locator('.state').innerText()).toContain('engine.bin');
  expect(await page.locator('figure').first().locator('path.line').count()).toBeGreaterThan(2);
  expect(await page.locator('h1').innerText()).toMatch(/^Between/);
});

test.each(['#', '#/nowhere/at/all?v=1', '#/?v=9&p=;;:::&a=:&x=&p2=&n=%E0%A4%A', '#/deaths?p=naloxone:NaN;naloxone:1e400', '#/deaths?p=naloxone:2:2026-01:0:2028-01;naloxone:3:2030-01'])(
  'an address that does not read opens the page: %s',
  async (address) => {
    const { page, complaints } = await open(address);
    await settled(page);
    expect(await page.locator('h1').innerText()).toMatch(/^Between/);
    expect(complaints).toEqual([]);
  },
);

test('of two variants in an address one is run, the other is named and can be taken out', async () => {
  const { page, complaints } = await open('#/?v=1&x=cooperation:withdrawal;money:buffered');
  const alert = page.getByRole('alert');
  await expect.poll(() => alert.innerText()).toContain('money=buffered');
  expect(await alert.innerText()).not.toContain('cooperation');
  await alert.getByRole('button').click();
  await expect.poll(() => page.url()).toMatch(/x=cooperation(:|%3A)withdrawal$/);
  await settled(page);
  expect(await alert.count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a lever that is moved twice says so beside its slider', async () => {
  const { page } = await open('#/?v=1&p=naloxone:2:2026-01:0:2028-01;naloxone:3:2030-01');
  await expect.poll(() => page.locator('.lever.moved').innerText()).toContain('2 times');
});

test('a lever that the model does not have is named, and can be cleared', async () => {
  const { page } = await open('#/?v=1&p=no_such_lever:1');
  await expect.poll(() => page.locator('.state').innerText(), { timeout: 40_000 }).toContain('no_such_lever');
  await page.getByRole('button', { name: 'Clear all' }).click();
  await settled(page);
});
