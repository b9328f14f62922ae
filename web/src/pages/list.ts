/** Pages beside the simulator, on a site. `list_alone.ts` is the same for a single file. */

import type { Page } from '../router.svelte';
import { language } from '../texts/language.svelte';

/** Loads a page with the texts of the pages beside the simulator. */
const withTexts = (load: Page['load']) => async () => (await Promise.all([load(), language.withPages()]))[0];

/** In the order of the menu. */
export const OTHERS: Page[] = [
  { path: 'compare', title: 'menu.compare', load: withTexts(() => import('./Compare.svelte')) },
  { path: 'assumptions', title: 'menu.assumptions', load: withTexts(() => import('./Assumptions.svelte')) },
  { path: 'claims', title: 'menu.claims', load: withTexts(() => import('./Claims.svelte')) },
  { path: 'track', title: 'menu.track', load: withTexts(() => import('./Track.svelte')) },
  { path: 'flows', title: 'menu.flows', load: withTexts(() => import('./Flows.svelte')) },
  { path: 'map', title: 'menu.map', load: withTexts(() => import('./Map.svelte')) },
  { path: 'about', title: 'menu.about', load: withTexts(() => import('./About.svelte')) },
  { path: 'sources', title: 'menu.sources', load: withTexts(() => import('./Sources.svelte')), unlisted: true },
];
