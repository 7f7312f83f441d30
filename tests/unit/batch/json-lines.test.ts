import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJsonArray, parseJsonLines } from '../../../src/batch/json-lines.ts';

test('one value a line, with its line; one that is none is told', () => {
  const rows = parseJsonLines('{"a":1}\n\n{"b":\n[2]\r\n');
  expect(rows.map(({ line, value }) => [line, value])).toEqual([[1, { a: 1 }], [3, undefined], [4, [2]]]);
  expect(rows[1].problem).toMatch(/^not readable as JSON \(/);
});

test('elements of an array, with the line on which each begins', () => {
  const text = '[\n  { "a": "x,y]" },\n  {\n    "b": [1, 2, { "c": "\\"," }]\n  }, 7,\n\n  "z"\n]';
  expect(parseJsonArray(text, 'jobs.json')).toEqual([
    { line: 2, value: { a: 'x,y]' } },
    { line: 3, value: { b: [1, 2, { c: '",' }] } },
    { line: 5, value: 7 },
    { line: 7, value: 'z' },
  ]);
  expect(parseJsonArray('\uFEFF[]', 'jobs.json')).toEqual([]);
});

test('every array is read with a line for each element', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (values) => {
      const clean = JSON.parse(JSON.stringify(values)) as unknown[];
      const lines = JSON.stringify(clean, null, 1).split('\n');
      for (const { line, value } of parseJsonArray(JSON.stringify(clean, null, 1), 'x')) {
        const start = JSON.stringify(value).slice(0, 1); // {, [, ", a digit, t, f, n
        expect(lines[line - 1].trimStart().startsWith(start)).toBe(true);
      }
      expect(parseJsonArray(JSON.stringify(clean), 'x').map(({ value }) => value)).toEqual(clean);
    }),
  );
});

test.each([
  ['{"a":1}', 'jobs.json: expected an array of jobs, got object'],
  ['null', 'jobs.json: expected an array of jobs, got null'],
  ['3', 'jobs.json: expected an array of jobs, got number'],
])('%s is refused', (text, message) => {
  expect(() => parseJsonArray(text, 'jobs.json')).toThrow(expect.objectContaining({ code: 'unreadable-input', message }));
});

test('text that is no JSON is refused', () => {
  expect(() => parseJsonArray('[{]', 'jobs.json')).toThrow(expect.objectContaining({ code: 'unreadable-input', message: expect.stringMatching(/^jobs\.json: not readable as JSON \(/) }));
});
