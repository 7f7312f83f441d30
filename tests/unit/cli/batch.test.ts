import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeCheck, describeEnd, describeResult } from '../../../src/cli/batch-text.ts';
import { currentOutline } from '../../../src/cli/commands.ts';
import { describeBytes, describeTime, layTable } from '../../../src/cli/plan-text.ts';
import { runCommandLine } from '../../../src/cli/run.ts';
import type { BatchCheck, BatchResult } from '../../../src/index.ts';

async function run(words: string[]) {
  const err: string[] = [];
  const out: string[] = [];
  const around = { environment: {}, signal: new AbortController().signal, loadLibrary: () => Promise.reject(new Error('not for batches')) };
  const status = await runCommandLine(words, { ...around, writeOut: (text) => void out.push(text), writeError: (text) => void err.push(text) });
  return { status, out: out.join(''), err: err.join('') };
}

test('docs/batch.md tells every flag of its own', () => {
  const page = readFileSync(new URL('../../../docs/batch.md', import.meta.url), 'utf8');
  const own = currentOutline().commands.find(({ name }) => name === 'batch')?.options.filter(({ group }) => group === 'Batch') ?? [];
  expect(own.map(({ long }) => long)).toEqual(['--output', '--portrait', '--sounds', '--jobs', '--keep-going', '--skip-existing', '--shard']);
  for (const { flags } of own) expect(page).toContain(`| \`${flags}\` |`);
});

describe('mistakes in the command line exit with 2', () => {
  test.each([
    [['batch'], 'error: batch: expected a job file, or --sounds with --portrait\n'],
    [['batch', 'a.csv', '--jobs', '0'], 'error: --jobs: expected a whole number from 1 to 256, got "0"\n'],
    [['batch', 'a.csv', '--shard', '9/8'], 'error: --shard: expected a part of a whole like 2/8, got "9/8"\n'],
    [['batch', 'a.csv', '--motion-out', 'x.json'], "error: unknown option '--motion-out'\n"],
    [['--motion-out', 'x.json', 'batch', 'a.csv'], 'error: --motion-out: expected it in a job file, one for each job\n'],
    [['batch', 'a.csv', '--size', 'big'], 'error: --size: expected a whole number from 64 to 4096, got "big"\n'],
    [['batch', 'a.csv', '-o', ' '], 'error: --output: expected a name, got ""\n'],
    [['batch', 'a.csv', 'b.csv'], "error: too many arguments for 'batch'. Expected 1 argument but got 2.\n"],
    [['batch', '/nowhere/a.csv'], 'error: /nowhere/a.csv: no such file (expected a job file)\n'],
  ])('%j', async (words, message) => {
    const { status, out, err } = await run(words);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err.startsWith(message)).toBe(true);
  });
});

describe('what is told', () => {
  test('a plan', () => {
    const job = { portrait: '/a.png', sound: '/a.wav', warnings: [], width: 512, height: 256, durationSeconds: 5.123 };
    const check: BatchCheck = {
      ...{ source: 'jobs.csv', problems: [], jobsAtOnce: 2, resultsFile: '/films/results.jsonl', estimate: { seconds: 4, bytes: 90_000 } },
      jobs: [
        { ...job, line: 2, options: { output: '/films/a.mp4' }, action: 'make', estimate: { seconds: 4, bytes: 90_000 } },
        { ...job, line: 13, options: { output: '/films/b.mp4' }, durationSeconds: undefined, action: 'skip', estimate: { seconds: 4, bytes: 90_000 } },
      ],
    };
    expect(describeCheck(check)).toBe(
      [
        'line  what  film          length   pixels  about  about',
        '   2  make  /films/a.mp4  5.12 s  512x256    4 s  90 kB',
        '  13  skip  /films/b.mp4       ?  512x256',
        '1 film to make, 1 there already; 2 at a time, about 4 s and 90 kB; results would go to /films/results.jsonl\n',
      ].join('\n'),
    );
  });

  test('each end, and the summary', () => {
    const time = '2026-01-01T00:00:00Z';
    const done = { line: 3, status: 'done', output: '/films/a.mp4', seconds: 3.21, durationSeconds: 2, time } as const;
    const failed = { line: 2, status: 'failed', error: { code: 'no-face', message: 'no face', hint: 'look' }, time } as const;
    expect(describeEnd(done, 1, 3, 'jobs.csv')).toBe('[1/3] /films/a.mp4: done in 3.2 s\n');
    expect(describeEnd(failed, 2, 3, 'jobs.csv')).toBe('[2/3] jobs.csv:2: failed (no face)\n    look\n');
    const result: BatchResult = { jobs: 3, done: 1, skipped: 0, failed: 1, left: 1, seconds: 3.4, resultsFile: '/films/results.jsonl', results: [done, failed] };
    expect(describeResult(result)).toBe(
      ['line  status  film          length   took', '   2  failed                               no face', '   3  done    /films/a.mp4     2 s  3.2 s', '1 done, 1 failed, 1 not begun of 3 in 3 s; results in /films/results.jsonl\n'].join('\n'),
    );
  });

  test.each([[0.2, '1 s'], [59.4, '59 s'], [75, '1 min 15 s'], [7300, '2 h 1 min']])('%d seconds', (seconds, text) => expect(describeTime(seconds)).toBe(text));
  test.each([[10, '1 kB'], [999_000, '999 kB'], [1_540_000, '1.5 MB'], [2.34e9, '2.3 GB']])('%d bytes', (bytes, text) => expect(describeBytes(bytes)).toBe(text));
  test('a table without rows is its headings', () => expect(layTable(['>a', 'b'], [])).toBe('a  b\n'));
});
