import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { currentOutline } from '../../../src/cli/commands.ts';
import { statusMeanings } from '../../../src/cli/exit.ts';
import { writeManual } from '../../../src/cli/manual.ts';
import { optionList } from '../../../src/options.ts';

const file = fileURLToPath(new URL('../../../docs/animate.1', import.meta.url));
const manual = writeManual(currentOutline());

test('docs/animate.1 is the one that `npm run docs` writes, and goes into the package', () => {
  expect(readFileSync(file, 'utf8')).toBe(manual);
  const { man, files } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { man: string[]; files: string[] };
  expect(man).toEqual(['./docs/animate.1']);
  expect(files).toContain('docs/animate.1');
});

test('every option, command and exit status is in it', () => {
  for (const { flags } of Object.values(optionList)) expect(manual).toContain((/--[\w-]+/.exec(flags)?.[0] ?? '?').replaceAll('-', '\\-'));
  for (const name of ['doctor', 'inspect', 'models', 'models check', 'completion', 'man']) expect(manual).toContain(`.SS animate ${name}\n`);
  for (const status of Object.keys(statusMeanings)) expect(manual).toContain(`.B ${status}\n`);
});

test('text cannot turn into requests', () => {
  const outline = { ...currentOutline(), description: '.so /etc/passwd\n\\n', options: [], commands: [] };
  const lines = writeManual(outline).split('\n');
  expect(lines).toContain('\\&.so /etc/passwd \\en');
  expect(lines.some((line) => line.startsWith('.so'))).toBe(false);
});

const hasGroff = await promisify(execFile)('groff', ['--version']).then(() => true, () => false);
test.skipIf(!hasGroff)('groff has no complaint', async () => {
  const { stdout, stderr } = await promisify(execFile)('groff', ['-man', '-Tascii', '-ww', file], { maxBuffer: 1 << 24 });
  expect(stderr).toBe('');
  expect(stdout).toContain('print JSON instead of text');
});
