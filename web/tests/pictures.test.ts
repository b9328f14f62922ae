import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { DESKTOP, PHONE, settled, useBrowser } from './harness';

const { open } = useBrowser();

/** Pictures that were looked at and found good; `COUNTERFLOW_PICTURES=write` takes new ones. */
const FOLDER = join(import.meta.dirname, 'pictures');
/** Share of pixels that may differ: letters are drawn a little differently by each machine. */
const TOLERANCE = 0.06;
/** Difference of a colour, of 255, that is seen as one. */
const SEEN = 48;

/** Share of pixels that differ between two pictures of PNG; 1 where the sizes do. Counted in the browser. */
async function differing(page: Page, first: Buffer, second: Buffer): Promise<number> {
  const addresses = [first, second].map((picture) => `data:image/png;base64,${picture.toString('base64')}`);
  return page.evaluate(async ([addresses, seen]) => {
    const [one, other] = await Promise.all(
      (addresses as string[]).map(async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext('2d');
        context?.drawImage(image, 0, 0);
        return context?.getImageData(0, 0, image.width, image.height).data;
      }),
    );
    if (!one || !other || one.length !== other.length) return 1;
    let different = 0;
    for (let i = 0; i < one.length; i += 4) {
      const most = Math.max(...[0, 1, 2].map((k) => Math.abs((one[i + k] ?? 0) - (other[i + k] ?? 0))));
      if (most > (seen as number)) different += 1;
    }
    return different / (one.length / 4);
  }, [addresses, SEEN] as const);
}

test.each([
  ['desktop', { viewport: DESKTOP }],
  ['desktop-dark', { viewport: DESKTOP, colorScheme: 'dark' as const }],
  ['phone', { viewport: PHONE }],
])('looks as it was found good: %s', async (name, options) => {
  const { page } = await open('#/deaths?v=1&p=naloxone:2;treatment_access:1.5', options);
  await settled(page);
  await page.waitForSelector('.effects .basis');
  const taken = await page.screenshot({ animations: 'disabled' });
  const file = join(FOLDER, `${name}.png`);
  if (process.env.COUNTERFLOW_PICTURES === 'write' || !existsSync(file)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, taken);
  }
  expect(await differing(page, taken, readFileSync(file))).toBeLessThanOrEqual(TOLERANCE);
});
