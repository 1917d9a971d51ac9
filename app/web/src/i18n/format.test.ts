import { afterEach, describe, expect, it } from 'vitest';
import { parseDecimal } from './format';
import { language } from './index';

afterEach(() => {
  language.value = 'en';
});

describe('a number that was typed', () => {
  it.each([
    ['en', '1,234.56', '1234.56'],
    ['en', '1234.5', '1234.5'],
    ['en', '1,234', '1234'],
    ['en', '12,34', null],
    ['pt-BR', '1.234,56', '1234.56'],
    ['pt-BR', '1.234', '1234'],
    ['pt-BR', '1234,5', '1234.5'],
    ['pt-BR', '1234.56', '1234.56'],
    ['pt-BR', ' 980,00 ', '980.00'],
    ['pt-BR', 'R$ 10', null],
    ['en', '-3', '-3'],
    ['en', '1.2.3', null],
    ['en', '', null],
  ] as const)('in %s: %j is %j', (tag, text, expected) => {
    language.value = tag;
    expect(parseDecimal(text)).toBe(expected);
  });
});
