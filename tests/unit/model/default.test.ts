import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/model/manifest.ts';

const folder = fileURLToPath(new URL('../../../models/default/', import.meta.url));
const manifest = parseManifest(readFileSync(`${folder}model.json`, 'utf8'), 'model.json');
const card = readFileSync(`${folder}README.md`, 'utf8');
const files = [...Object.values(manifest.networks), manifest.rig];

// After a change of a file run training/assemble.py.
test.each(files)('$file is the one that model.json and the model card describe', ({ file, bytes, sha256 }) => {
  const content = readFileSync(folder + file);
  expect(content.length).toBe(bytes);
  expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  expect(card).toContain(`| \`${file}\` | ${(bytes / 1e6).toFixed(2)} MB | \`${sha256}\` |`);
});

test('the shipped files are at most 60 MB', () => {
  const total = readdirSync(folder).reduce((sum, file) => sum + readFileSync(folder + file).length, 0);
  expect(total).toBeLessThan(60e6);
});
