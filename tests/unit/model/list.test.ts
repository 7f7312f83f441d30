import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listModels } from '../../../src/model/list.ts';
import { openModel } from '../../../src/model/open.ts';

const parent = mkdtempSync(join(tmpdir(), 'animate-nearest-'));
afterAll(() => rmSync(parent, { recursive: true }));
for (const folder of ['one/default', 'one/singer', 'two/singer', 'two/speaker', 'two/no-model']) {
  mkdirSync(join(parent, folder), { recursive: true });
  if (!folder.endsWith('no-model')) writeFileSync(join(parent, folder, 'model.json'), '{}');
}
const folders = [join(parent, 'one'), join(parent, 'two'), join(parent, 'none')];

test('models are listed folder by folder, each name once', async () => {
  expect(await listModels(folders)).toEqual([
    { name: 'default', folder: join(parent, 'one', 'default') },
    { name: 'singer', folder: join(parent, 'one', 'singer') },
    { name: 'speaker', folder: join(parent, 'two', 'speaker') },
  ]);
});

test('an unknown name is answered with the nearest', async () => {
  await expect(openModel('speeker', { folders })).rejects.toMatchObject({ code: 'model-missing', hint: expect.stringMatching(/^Did you mean "speaker"\? Put its folder/) });
  await expect(openModel('zzzzz', { folders })).rejects.toMatchObject({ hint: expect.stringMatching(/^Put its folder/) });
});
