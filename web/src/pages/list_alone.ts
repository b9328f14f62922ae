/** Pages beside the simulator in a single file: none, for it does not carry their data. */

import type { Page } from '../router.svelte';

export const OTHERS: Page[] = [];
