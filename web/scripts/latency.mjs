// How long the page lets a user wait, measured by the page itself while a slider moves; prints JSON.

import { cpus } from 'node:os';

import { chromium } from 'playwright-core';
import { preview } from 'vite';

/** Sliders that are moved, and presses of a key on each, once the page is at rest: doses that were never run before. */
const SLIDERS = 3;
const PRESSES = 12;
/** Milliseconds that somebody reads before the first move. */
const READ = 4000;

const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'error' });
const { port } = server.httpServer.address();
const executablePath = process.env.COUNTERFLOW_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });

/** A page that has just come to rest. */
async function opened() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const begun = performance.now();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForSelector('main[data-settled="true"]', { timeout: 120_000 });
  return { page, opened_ms: performance.now() - begun };
}

/** Presses a key on each of the first sliders; what the page told of its waits. */
async function moved(page, sliders, presses) {
  const all = page.locator('input[type="range"]');
  // What was told of the opening is no move.
  const told = () => page.evaluate(() => window.__counterflowLatency);
  const opening = await told();
  for (let move = 0; move < sliders * presses; move += 1) {
    if (move % presses === 0) await all.nth(move / presses).focus();
    await page.keyboard.press('ArrowRight');
    // The first change shows that the page is at work; at rest again it has told both waits.
    await page.waitForFunction((count) => window.__counterflowLatency.all_bands_ms.length > count, opening.all_bands_ms.length + move, { timeout: 60_000 });
  }
  const of_moves = ([kind, told]) => [kind, Array.isArray(told) ? told.slice(opening[kind].length) : told];
  return Object.fromEntries(Object.entries(await told()).map(of_moves));
}

try {
  const first = await opened();
  const hasty = await moved(first.page, 1, 1);
  await first.page.close();
  const { page, opened_ms } = await opened();
  await page.waitForTimeout(READ);
  const latency = await moved(page, SLIDERS, PRESSES);
  const at_once = { first_median_ms: hasty.first_median_ms[0], all_bands_ms: hasty.all_bands_ms[0] };
  console.log(JSON.stringify({ ...latency, at_once, read_ms: READ, opened_ms, moves: SLIDERS * PRESSES, sliders: SLIDERS, cores: cpus().length, browser: browser.version() }));
} finally {
  await browser.close();
  await server.close();
}
