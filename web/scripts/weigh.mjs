// Weighs what index.html loads before the first interaction; exits with 1 beyond the bounds.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = process.argv[2] ?? 'dist';
/** Bytes after gzip. */
const BOUNDS = { scripts: 150_000, engine: 600_000 };

const weigh = (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;

/** Scripts that the page names, those that they import when they start, the landing page's own, and the workers'. */
function firstScripts() {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
  const first = readdirSync(join(folder, 'assets')).filter((name) => /^(Simulator|worker)-.*\.js$/.test(name));
  const found = new Set();
  const queue = [...named, ...first.map((name) => `assets/${name}`)];
  while (queue.length > 0) {
    const file = queue.pop();
    if (found.has(file)) continue;
    found.add(file);
    const text = readFileSync(join(folder, file), 'utf8');
    const imports = [...text.matchAll(/(?:import|from)\s*["']\.\/([^"']+\.js)["']/g)];
    queue.push(...imports.map((match) => `assets/${match[1]}`));
  }
  return [...found].sort();
}

const scripts = firstScripts();
const binary = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.wasm')).map((name) => `assets/${name}`);
const engine = [...binary, ...['data/engine.bin'].filter((file) => existsSync(join(folder, file)))];
let heavy = false;
for (const [kind, files] of Object.entries({ scripts, engine })) {
  const bytes = files.map((file) => [file, weigh(file)]);
  const total = bytes.reduce((sum, [, size]) => sum + size, 0);
  bytes.forEach(([file, size]) => console.log(`${String(size).padStart(9)}  ${file}`));
  console.log(`${String(total).padStart(9)}  ${kind}, of at most ${BOUNDS[kind]} bytes after gzip\n`);
  heavy ||= total > BOUNDS[kind];
}
process.exitCode = heavy ? 1 : 0;
