/** Bombs and impossible files: refused or used in seconds and within 1.5 GB. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corpus, makeCorpus } from './corpus.ts';
import { type Named, named } from './named.ts';
import { decodeAll } from './outputs.ts';
import { isLong } from './settings.ts';
import { type Watched, watchVictim } from './watch.ts';

let folder = '';
let corpus: Corpus;
let victim: Watched;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-named-'));
  corpus = await makeCorpus(folder);
  victim = watchVictim();
});
afterAll(async () => {
  await victim.stop();
  await rm(folder, { recursive: true, force: true });
});

test.runIf(process.platform === 'linux').each(named.filter(({ isHeavy = false }) => isLong || !isHeavy).map((each): [string, Named] => [`${each.kind}: ${each.what}`, each]))('%s', async (_title, { kind, ending, make, codes, filmCode = 'ok' }) => {
  const path = join(folder, `named.${ending}`);
  await writeFile(path, await make());
  if (kind === 'motion' || kind === 'jobs') await victim.stop(); // what the texts before left in memory is not theirs
  const film = join(folder, 'named-film.mp4');
  const around = { path, portrait: corpus.portrait, sound: corpus.sound, film, output: folder };
  const { error, seconds, bytes, faults } = await victim.ask({ task: kind, ...around });
  const told = { ending: error?.code ?? 'ok', message: error?.message, seconds, megabytes: Math.round(bytes / 1e6) };
  expect({ ...told, faults }).toEqual({ ...told, faults: [] });
  expect({ codes, told }).toEqual({ codes: expect.arrayContaining([told.ending]), told });
  if (process.env['TORTURE_LOG']) process.stderr.write(`${kind} ${_title}: ${JSON.stringify(told)}\n`);
  if (told.ending === 'ok') {
    const made = await victim.ask({ task: 'film', kind, ...around });
    expect({ faults: made.faults, code: made.error?.code ?? 'ok' }).toEqual({ faults: [], code: filmCode });
    if (filmCode === 'ok') expect(await decodeAll(film)).toBe(made.frames);
  }
});
