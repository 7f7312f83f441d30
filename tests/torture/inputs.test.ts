/** Spoilt files end in a documented error or a valid film: no crash, no hang, no flood of memory. TORTURE_CASES says how many; docs/torture.md. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Corpus, makeCorpus } from './corpus.ts';
import { cases, note, toDo } from './settings.ts';
import { spoil } from './spoil.ts';
import { type Watched, watchVictim } from './watch.ts';

const shortForm = 80;
const casesOfOneProcess = 400; // caches of one process would hide what a case takes

let folder = '';
let corpus: Corpus;
let victim: Watched;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-inputs-'));
  corpus = await makeCorpus(folder);
  victim = watchVictim();
});
afterAll(async () => {
  await victim.stop();
  await rm(folder, { recursive: true, force: true });
});

test.runIf(process.platform === 'linux')('spoilt files', { timeout: cases > 0 ? 2 ** 31 - 1 : 240_000 }, async () => {
  const bad: unknown[] = [];
  const outcomes: Record<string, number> = {};
  let done = 0;
  for (const index of toDo('input', cases > 0 ? cases : shortForm)) {
    if (++done % casesOfOneProcess === 0) await victim.stop();
    const result = await spoil(index, corpus, victim, folder, process.env['TORTURE_KEPT'] ?? join(tmpdir(), 'torture-kept'));
    note({ what: 'input', ...result });
    if (result.faults.length > 0) bad.push(result);
    outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
  }
  expect({ bad }).toEqual({ bad: [] });
  if (cases === 0) expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['ok', 'unreadable-input', 'model-mismatch'])); // the files do reach what reads them
});
