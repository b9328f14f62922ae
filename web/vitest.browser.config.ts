import { defineConfig } from 'vitest/config';

/** The built site in a real browser. `COUNTERFLOW_CHROMIUM` names another one than Debian's. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/serve.ts'],
    // Each file has a browser of its own; two of them at a time.
    maxWorkers: 2,
    testTimeout: 100_000,
    hookTimeout: 60_000,
  },
});
