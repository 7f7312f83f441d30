import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../src/batch/csv.ts';

describe('RFC 4180', () => {
  test.each([
    ['a,b\r\nc,d\r\n', [[1, ['a', 'b']], [2, ['c', 'd']]]],
    ['a,b\nc,d', [[1, ['a', 'b']], [2, ['c', 'd']]]],
    ['\uFEFFa,b', [[1, ['a', 'b']]]],
    ['"a,1","b ""x"""\n', [[1, ['a,1', 'b "x"']]]],
    ['"two\nlines",b\nc,d', [[1, ['two\nlines', 'b']], [3, ['c', 'd']]]],
    ['a,\n,\n\n  \nb,c', [[1, ['a', '']], [5, ['b', 'c']]]],
    [' a , "b"\n', [[1, ['a', '"b"']]]],
    ['"",b', [[1, ['', 'b']]]],
    ['', []],
  ])('%j', (text, rows) => expect(parseCsv(text).map(({ line, fields }) => [line, fields])).toEqual(rows));

  test('what one writes is read back', () => {
    const field = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 8 }), (table) => {
        const text = table.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`).join('');
        expect(parseCsv(text).map(({ fields }) => fields)).toEqual(table);
      }),
    );
  });
});

describe('what is wrong is told with its line', () => {
  test('a quote that is never closed ends the table', () => {
    expect(parseCsv('a,b\nc,"d\ne,f\n')).toEqual([{ line: 1, fields: ['a', 'b'] }, { line: 2, fields: ['c'], problem: 'a quote is opened and never closed' }]);
  });

  test('letters behind a closing quote', () => {
    expect(parseCsv('"a"b,c\nd,e')).toEqual([{ line: 1, fields: ['a', 'c'], problem: 'expected a comma behind a closing quote, got "b"' }, { line: 2, fields: ['d', 'e'] }]);
  });

  test('any text gives rows, with lines that rise', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '€') }), (text) => {
        const lines = parseCsv(text).map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
        expect(lines.every((line) => line >= 1 && line <= text.split('\n').length)).toBe(true);
      }),
    );
  });
});
