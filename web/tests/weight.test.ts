import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { settled, useBrowser } from './harness';

const { openWatched } = useBrowser();

/** Bytes after gzip that may be loaded before the first interaction. */
const SCRIPTS = 150_000;
const ENGINE = 600_000;

test('what the page loads before the first interaction stays light', async () => {
  // Without a service worker, which fetches the rest for offline use after everything else.
  const { page, bodies } = await openWatched({ serviceWorkers: 'block' });
  await settled(page);
  const loaded = await bodies();
  const total = (ending: RegExp) =>
    [...loaded].filter(([name]) => ending.test(name)).reduce((sum, [, body]) => sum + gzipSync(body, { level: 9 }).length, 0);
  const [scripts, engine] = [total(/\.js$/), total(/\.(wasm|bin)$/)];
  console.log(`scripts ${scripts} bytes, engine and posterior ${engine} bytes after gzip`);
  expect(scripts).toBeGreaterThan(0);
  expect(scripts).toBeLessThanOrEqual(SCRIPTS);
  expect(engine).toBeLessThanOrEqual(ENGINE);
});
