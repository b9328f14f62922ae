/** A browser, and a page that tells what went wrong in it. */

import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject } from 'vitest';

const EXECUTABLE = process.env.COUNTERFLOW_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** Sizes that the page is looked at in. */
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A page and what it complained of. */
export interface Opened {
  page: Page;
  context: BrowserContext;
  /** Errors of the console, uncaught errors, and requests to other hosts. */
  complaints: string[];
}

/** Opens the site and keeps the bodies of what it loads, by address; `prepare` may change the page before. */
type OpenWatched = (
  options: BrowserContextOptions,
  prepare?: (page: Page) => Promise<unknown>,
) => Promise<Opened & { bodies: () => Promise<Map<string, Buffer>> }>;

type Open = (path?: string, options?: BrowserContextOptions) => Promise<Opened>;

/** One browser for all tests of a file: opens the site, or a file without any network. */
export function useBrowser(): { open: Open; openFile: Open; openWatched: OpenWatched } {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  });
  afterAll(() => browser?.close());
  const fresh = async (options: BrowserContextOptions) => {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(40_000);
    const page = await context.newPage();
    return { page, context, complaints: listen(page) };
  };
  return {
    open: async (path = '', options = {}) => {
      const opened = await fresh(options);
      await opened.page.goto(inject('site') + path);
      return opened;
    },
    openWatched: async (options, prepare = async () => {}) => {
      const opened = await fresh(options);
      const bodies = new Map<string, Promise<Buffer>>();
      opened.page.on('response', (response) => bodies.set(response.url(), response.body().catch(() => Buffer.alloc(0))));
      await prepare(opened.page);
      await opened.page.goto(inject('site'));
      const all = async () => new Map(await Promise.all([...bodies].map(async ([name, body]) => [name, await body] as const)));
      return { ...opened, bodies: all };
    },
    openFile: async (path = '', options = {}) => {
      const opened = await fresh({ ...options, offline: true });
      await opened.page.goto(`file://${path}`);
      return opened;
    },
  };
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    const local = request.url().startsWith(inject('site')) || /^(data|blob|file):/.test(request.url());
    if (!local) complaints.push(`request to ${request.url()}`);
  });
  return complaints;
}

/** Waits until the engine has run everything that is asked of it. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('main[data-settled="true"]');
}

/** No violation of accessibility rules. */
export async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)).toEqual([]);
}
