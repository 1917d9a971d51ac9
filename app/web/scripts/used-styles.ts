import { PurgeCSS } from 'purgecss';
import type { Plugin } from 'vite';

/** Leaves out what no source of ours names of the style sheets of packages. */
export function usedStyles(): Plugin {
  return {
    name: 'used-styles',
    apply: 'build',
    enforce: 'pre',
    async transform(css, id) {
      if (!/\/node_modules\/.*\.css$/.test(id)) return null;
      const [used] = await new PurgeCSS().purge({
        content: ['index.html', 'src/**/*.{ts,tsx}'],
        css: [{ raw: css }],
        keyframes: true,
        // Light and dark are an attribute that a script sets.
        safelist: { greedy: [/data-bs-theme/] },
      });
      return { code: used?.css ?? css, map: null };
    },
  };
}
