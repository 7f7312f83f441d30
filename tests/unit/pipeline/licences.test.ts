import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listLicences, listPackages } from '../../../src/licences.ts';

const folder = mkdtempSync(join(tmpdir(), 'animate-licences-'));
afterAll(() => rmSync(folder, { recursive: true }));
function write(path: string, description: object): void {
  const file = join(folder, path, 'package.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(description));
}

test('packages are followed as Node finds them: nested ones first, each place once, missing optional ones left out', async () => {
  write('app', { name: 'app', version: '1.0.0', license: 'MIT', dependencies: { a: '1', b: '1' }, optionalDependencies: { 'for-another-platform': '1' } });
  write('app/node_modules/a', { name: 'a', version: '1.0.0', license: 'ISC', dependencies: { c: '2', b: '1' } });
  write('app/node_modules/a/node_modules/c', { name: 'c', version: '2.0.0', license: { type: 'BSD-3-Clause' } });
  write('app/node_modules/b', { name: 'b', version: '1.0.0', dependencies: { a: '1', c: '1' } });
  write('node_modules/c', { name: 'c', version: '1.0.0', license: 'Apache-2.0' });
  expect((await listPackages(join(folder, 'app'))).map(({ name, version, licence }) => `${name} ${version} ${licence}`)).toEqual(['a 1.0.0 ISC', 'app 1.0.0 MIT', 'b 1.0.0 unknown', 'c 1.0.0 Apache-2.0', 'c 2.0.0 BSD-3-Clause']);
});

test('what runs has its licences: the model, what it was made from, and every package that NOTICE names', async () => {
  const { model, packages, notice } = await listLicences('default');
  expect(model).toMatchObject({ name: 'default', licence: 'Apache-2.0', sources: expect.arrayContaining([expect.objectContaining({ licence: 'MIT' })]) });
  expect(readFileSync(model.card, 'utf8')).toContain('# Model card');
  const text = readFileSync(notice, 'utf8');
  const { dependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { dependencies: Record<string, string> };
  for (const [name, version] of Object.entries(dependencies)) {
    const found = packages.find((each) => each.name === name);
    expect(found).toMatchObject({ version });
    expect(text).toContain(`${name} ${version}`);
  }
  expect(packages.filter(({ licence }) => licence === 'unknown')).toEqual([]);
});
