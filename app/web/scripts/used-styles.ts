import { PurgeCSS } from 'purgecss';
import type { Plugin } from 'vite';

/** Of Tabler's style sheet, what no source of ours names is left out. */
export function usedStyles(): Plugin {
  return {
    name: 'used-styles',
    apply: 'build',
    enforce: 'pre',
    async transform(css, id) {
      if (!id.includes('/@tabler/core/')) return null;
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
