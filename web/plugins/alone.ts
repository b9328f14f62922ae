/** Builds the page a second time as one script and one style sheet, which the page puts into a single file on request. */

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, type Plugin } from 'vite';
import { modelTexts } from './model_texts.ts';

/** Script and style sheet of the single file. */
async function built(root: string, alias: Record<string, string>): Promise<{ script: string; style: string }> {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [svelte(), modelTexts()],
    resolve: {
      alias: [
        { find: /^.*\/place$/, replacement: `${root}/src/engine/place_alone.ts` },
        { find: /^.*\/pages\/list$/, replacement: `${root}/src/pages/list_alone.ts` },
        ...Object.entries(alias).map(([find, replacement]) => ({ find, replacement })),
      ],
    },
    // Classic workers: a page opened from a file may not start workers that are modules.
    worker: { format: 'iife' },
    build: {
      write: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      modulePreload: false,
      rollupOptions: { input: `${root}/src/main.ts`, output: { format: 'es', codeSplitting: false } },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) => ('output' in one ? one.output : []));
  const script = outputs.find((one) => one.type === 'chunk' && one.isEntry);
  const style = outputs.find((one) => one.type === 'asset' && one.fileName.endsWith('.css'));
  if (script?.type !== 'chunk' || style?.type !== 'asset') throw new Error('the single file was not built');
  return { script: script.code, style: String(style.source) };
}

export function alone(alias: Record<string, string>): Plugin {
  let root = '';
  return {
    name: 'counterflow-alone',
    apply: 'build',
    configResolved: (config) => {
      root = config.root;
    },
    async generateBundle() {
      const { script, style } = await built(root, alias);
      this.emitFile({ type: 'asset', fileName: 'alone.js', source: script });
      this.emitFile({ type: 'asset', fileName: 'alone.css', source: style });
    },
  };
}
