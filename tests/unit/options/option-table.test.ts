import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { consentSection, fillMarked, optionTable } from '../../../src/option-table.ts';
import { optionList } from '../../../src/options.ts';

const fileOf = (name: string): URL => new URL(`../../../${name}`, import.meta.url);
const readme = readFileSync(fileOf('README.md'), 'utf8');

test("README's table is the one that `npm run docs` writes", () => {
  expect(readme).toBe(fillMarked(readme, 'options', optionTable()));
});

test("README's section about consent is docs/consent.md", () => {
  expect(readme).toBe(fillMarked(readme, 'consent', consentSection(readFileSync(fileOf('docs/consent.md'), 'utf8'))));
});

test.runIf(existsSync(fileOf('examples/animate.ts')))("README's example for the library is the file in examples/", () => {
  const example = readFileSync(fileOf('examples/animate.ts'), 'utf8').trim();
  expect(readme).toBe(fillMarked(readme, 'example', `\`\`\`ts\n${example}\n\`\`\``));
});

test('the table has a row for every option', () => {
  const rows = optionTable().split('\n');
  for (const { flags, help } of Object.values(optionList)) {
    expect(rows.filter((row) => row.startsWith(`| \`${flags}\` |`) && row.endsWith(`| ${help} |`))).toHaveLength(1);
  }
});

test('a document without the marks is refused', () => {
  expect(() => fillMarked('# Title', 'options', 'x')).toThrow('no <!-- options:start --> ... <!-- options:end -->');
});
