// Generates src/api/schema.d.ts from the server's OpenAPI document (build/openapi.json at the top
// of the repository, or the path in OPENAPI). `--check` fails where the committed file is stale.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL(process.env.OPENAPI ?? '../../../build/openapi.json', import.meta.url);
const target = new URL('../src/api/schema.d.ts', import.meta.url);
const header = '// Generated from the OpenAPI document of the server by `npm run types`.\n\n';
const generated = header + astToString(await openapiTS(document));

if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8').catch(() => '');
  if (committed !== generated) {
    console.error('src/api/schema.d.ts is stale: run `npm run types` and commit it');
    process.exit(1);
  }
} else {
  await writeFile(target, generated);
}
