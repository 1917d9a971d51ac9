/// <reference types="vitest/config" />
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';
import { usedStyles } from './scripts/used-styles.ts';

const server = 'http://127.0.0.1:8000';

// Rows that were kept by a dashboard with other types are not read.
const rowShapes = createHash('sha256')
  .update(readFileSync(new URL('src/api/schema.d.ts', import.meta.url)))
  .digest('hex');

const project = readFileSync(new URL('../../pyproject.toml', import.meta.url), 'utf8');
const version = /^version = "(.+)"$/m.exec(project)?.[1];
if (!version) throw new Error('pyproject.toml has no version');

export default defineConfig({
  plugins: [usedStyles()],
  define: {
    __ROW_SHAPES__: JSON.stringify(rowShapes.slice(0, 16)),
    __VERSION__: JSON.stringify(version),
  },
  build: {
    target: 'es2022',
    // The Content-Security-Policy allows no inline script, style or data: module.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', sw: 'src/service-worker/worker.ts' },
      // A service worker is known by its address, which therefore never changes.
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
