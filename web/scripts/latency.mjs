// How long the page lets a user wait, measured by the page itself while a slider moves; prints JSON.

import { cpus } from 'node:os';

import { chromium } from 'playwright-core';
import { preview } from 'vite';

/** Presses of a key on a slider, each once the page is at rest. */
const MOVES = 30;

const server = await preview({ preview: { port: 0, host: '127.0.0.1' }, logLevel: 'error' });
const { port } = server.httpServer.address();
const executablePath = process.env.COUNTERFLOW_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const begun = performance.now();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.waitForSelector('main[data-settled="true"]', { timeout: 120_000 });
  const opened_ms = performance.now() - begun;
  const slider = page.locator('input[type="range"]').first();
  await slider.focus();
  for (let move = 0; move < MOVES; move += 1) {
    await page.keyboard.press(move % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
    // The first change shows that the page is at work; at rest again it has told both waits.
    await page.waitForFunction((count) => window.__counterflowLatency.all_bands_ms.length > count, move, { timeout: 60_000 });
  }
  const latency = await page.evaluate(() => window.__counterflowLatency);
  console.log(JSON.stringify({ ...latency, opened_ms, moves: MOVES, cores: cpus().length, browser: browser.version() }));
} finally {
  await browser.close();
  await server.close();
}
