// Writes a .br and a .gz beside every compressible file of dist/, so that the server sends bytes
// and never spends time on compressing.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const COMPRESSIBLE = /\.(js|css|html|svg|json|webmanifest)$/;
const DIST = new URL('../dist/', import.meta.url).pathname;

const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
for (const entry of entries.filter((file) => file.isFile() && COMPRESSIBLE.test(file.name))) {
  const path = join(entry.parentPath, entry.name);
  const bytes = await readFile(path);
  const parameters = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const packed = [
    ['.br', await promisify(brotliCompress)(bytes, { params: parameters })],
    ['.gz', await promisify(gzip)(bytes, { level: 9 })],
  ];
  for (const [suffix, small] of packed) {
    if (small.length < bytes.length) await writeFile(path + suffix, small);
  }
}
