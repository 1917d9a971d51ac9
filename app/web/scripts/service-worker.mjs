// Tells the built service worker which files to keep, and which build they are.
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const DIST = new URL('../dist/', import.meta.url).pathname;
const WORKER = join(DIST, 'sw.js');

const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
const paths = entries
  .filter((file) => file.isFile())
  .map((file) => join(file.parentPath, file.name))
  .filter((path) => path !== WORKER)
  .sort();
const build = createHash('sha256');
for (const path of paths) build.update(path.slice(DIST.length)).update(await readFile(path));
const shell = {
  files: paths.map((path) => `/${relative(DIST, path)}`),
  build: build.digest('hex').slice(0, 16),
};
const source = await readFile(WORKER, 'utf8');
if (!source.includes('__SHELL__')) throw new Error('sw.js has no place for the list of files');
// A classic script, and no name of it is global: it is one function.
await writeFile(WORKER, `{${source.replaceAll('__SHELL__', `(${JSON.stringify(shell)})`)}}`);
