/** Pages by the first part of the address after `#/`. A page is loaded when it is first opened. */

import type { Component } from 'svelte';
import { OTHERS } from './pages/list';
import { formatLink, parseLink } from './state/link';
import { scenario } from './state/scenario.svelte';
import type { Key } from './texts/language.svelte';

export interface Page {
  path: string;
  title: Key;
  load: () => Promise<{ default: Component }>;
  /** Whether the menu leaves it out. */
  unlisted?: boolean;
}

const SIMULATOR: Page = { path: '', title: 'menu.simulator', load: () => import('./pages/Simulator.svelte') };

/**
 * All pages, in the order of the menu. The path is the first part of the address, which no view of the model may bear. The
 * simulator takes every address that is nobody else's.
 */
export const PAGES = [SIMULATOR, ...OTHERS];

/** Path of the track record, one step from every band. */
export const TRACK_RECORD = 'track';

/** Whether there is a page of this path here. */
export function hasPage(path: string): boolean {
  return PAGES.some((page) => page.path === path);
}

class Router {
  /** First part of the path: the page. */
  page = $state.raw<Page>(SIMULATOR);
  /** Parts of the path after the page's own; for the simulator the view. */
  rest = $state.raw<string[]>([]);
  /** Keys of the address that only the page reads. */
  others = $state<Record<string, string>>({});
  /** The address when it was last read or written. */
  private seen = '';

  /** Reads the address, now and whenever it changes. */
  start(): void {
    // A single file opens on the state in which it was saved.
    const saved = document.getElementById('opened-at')?.textContent;
    if (saved && location.hash === '') history.replaceState(null, '', saved);
    this.read();
    addEventListener('hashchange', () => {
      if (location.hash !== this.seen) this.read();
    });
  }

  /** Address of a page with the whole state. */
  href(path: string): string {
    return formatLink(scenario.link(path, $state.snapshot(this.others)));
  }

  /** The address of what is shown. */
  get here(): string {
    return this.href([this.page.path, ...this.rest].filter(Boolean).join('/'));
  }

  /** Writes the address without a step in the browser's history. */
  write(): void {
    // Somebody has just followed a link: it will be read in a moment, and must not be undone.
    if (location.hash !== this.seen) return;
    const { here } = this;
    if (here !== this.seen) history.replaceState(null, '', here);
    this.seen = location.hash;
  }

  private read(): void {
    this.seen = location.hash;
    const link = parseLink(location.hash);
    const parts = link.path.split('/').filter(Boolean);
    const page = PAGES.find((one) => one.path !== '' && one.path === parts[0]);
    this.page = page ?? SIMULATOR;
    this.rest = page ? parts.slice(1) : parts;
    const { s: _active, ...others } = link.others;
    this.others = others;
    scenario.read(link);
  }
}

export const router = new Router();

/** Whether the page is shown in a frame of another site, without menu and foot. */
export const embedded = new URLSearchParams(location.search).has('embed');
