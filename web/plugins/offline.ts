/** Writes a small service worker with the list of the built files: after one load the page works without a network. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';

/** Files that are fetched only when they are asked for, and kept then. */
export function isLater(file: string): boolean {
  return file.startsWith('data/variants/');
}

/** The service worker's text for files with their contents' hash. */
export function serviceWorker(files: string[], version: string): string {
  return `const NAME = 'counterflow-${version}';
const FILES = ${JSON.stringify(['./', ...files], null, 1)};
self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((n) => n.startsWith('counterflow-') && n !== NAME).map((n) => caches.delete(n))))
    .then(() => self.clients.claim()));
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(caches.open(NAME).then(async (cache) => {
    const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
    if (kept) return kept;
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  }));
});
`;
}

function filesUnder(folder: string, root = folder): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path, root) : [relative(root, path).replaceAll('\\', '/')];
  });
}

export function offline(): Plugin {
  let folder = 'dist';
  return {
    name: 'counterflow-offline',
    apply: 'build',
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    // After everything is written, the files of the public folder too.
    writeBundle: {
      sequential: true,
      order: 'post',
      handler: () => {
        const files = filesUnder(folder).filter((file) => file !== 'offline.js').sort();
        const hash = createHash('sha256');
        files.forEach((file) => hash.update(file).update(readFileSync(join(folder, file))));
        const version = hash.digest('hex').slice(0, 12);
        writeFileSync(join(folder, 'offline.js'), serviceWorker(files.filter((file) => !isLater(file)), version));
      },
    },
  };
}
