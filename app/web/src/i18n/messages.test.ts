import { describe, expect, it } from 'vitest';
import { en } from './en';
import type { Text } from './index';
import { ptBR } from './pt-BR';

const sources = Object.entries(
  import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }),
)
  .filter(([path]) => !path.endsWith('.test.ts') && !/\/(en|pt-BR)(\.ts|\/)/.test(path))
  .map(([, text]) => text)
  .join('\n');

function texts(text: Text): string[] {
  return typeof text === 'string' ? [text] : Object.values(text);
}

function names(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

const keys = Object.keys(en) as (keyof typeof en)[];

describe('the texts', () => {
  it('are all used', () => {
    const unused = keys.filter((key) => {
      // `t('a.b.c')`, or a template such as `a.b.${name}`.
      const prefix = key.slice(0, key.lastIndexOf('.') + 1);
      return !sources.includes(`'${key}'`) && !sources.includes(`\`${prefix}\${`);
    });
    expect(unused).toEqual([]);
  });

  it('take the same values in both languages', () => {
    const taken = (text: Text) => [...new Set(texts(text).map((form) => names(form).join()))];
    const different = keys.filter((key) => taken(en[key]).join() !== taken(ptBR[key]).join());
    expect(different).toEqual([]);
  });
});
