/** A table as a CSV file, for the spreadsheets of this country. */

export type CsvValue = string | number | null;

/** A cell that starts so is a formula to a spreadsheet, whoever wrote the document. */
const FORMULA = /^[=+\-@\t\r]/;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Numbers get the language's decimal sign, and the separator is the one that its spreadsheets
 * expect beside that. Texts that a spreadsheet would calculate get an apostrophe before them.
 */
export function toCsv(rows: Iterable<readonly CsvValue[]>, language: string): string {
  const decimal = decimalSign(language);
  const separator = decimal === ',' ? ';' : ',';
  const cell = (value: CsvValue): string => {
    if (value === null) return '';
    if (typeof value === 'number') return String(value).replace('.', decimal);
    const safe = FORMULA.test(value) ? `'${value}` : value;
    return /[";,\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines: string[] = [];
  for (const row of rows) lines.push(row.map(cell).join(separator));
  return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`;
}

function decimalSign(language: string): string {
  const parts = new Intl.NumberFormat(language).formatToParts(1.5);
  return parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}
