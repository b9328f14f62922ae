import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { alone } from './plugins/alone.ts';
import { forecasts } from './plugins/forecasts.ts';
import { modelTexts } from './plugins/model_texts.ts';
import { offline } from './plugins/offline.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Folder of the engine as WebAssembly; another one can be named to work on the page without building the engine. */
const engine = process.env.COUNTERFLOW_WASM ?? here('./src/wasm');

const alias = { 'counterflow-wasm': engine };

/** Folder whose files are copied as they are: the data. */
const publicDir = process.env.COUNTERFLOW_PUBLIC ?? 'public';

export default defineConfig({
  // Relative addresses: the site works in any folder of any static host.
  base: './',
  publicDir,
  plugins: [svelte(), modelTexts(), forecasts(), alone(alias), offline()],
  resolve: { alias },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // Nothing is inlined as a data address, so that the content security policy can be strict.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { fs: { strict: false } },
  test: { include: ['src/**/*.test.ts', 'plugins/**/*.test.ts'], environment: 'node' },
});
