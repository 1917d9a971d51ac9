import { describe, expect, it } from 'vitest';
import { toCsv } from './csv';

const row = ['Ana "Bia", Ltda.', 1234.5, null, 'a;b', 'two\nlines'] as const;

describe('CSV', () => {
  it('is what English spreadsheets expect', () => {
    expect(toCsv([row], 'en')).toBe('\uFEFF"Ana ""Bia"", Ltda.",1234.5,,"a;b","two\nlines"\r\n');
  });

  it('is what Brazilian spreadsheets expect', () => {
    expect(toCsv([row], 'pt-BR')).toBe('\uFEFF"Ana ""Bia"", Ltda.";1234,5;;"a;b";"two\nlines"\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('calculates nothing for %j', (text) => {
    expect(toCsv([[text]], 'en')).toMatch(/^\uFEFF"?'/);
  });

  it('keeps a negative number a number', () => {
    expect(toCsv([[-5]], 'en')).toBe('\uFEFF-5\r\n');
  });
});
