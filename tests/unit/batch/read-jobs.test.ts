import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readJobs } from '../../../src/batch/read-jobs.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobs-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(name: string, text: string | Uint8Array, more: object = {}) {
  await writeFile(join(folder, name), text);
  return readJobs({ jobFile: join(folder, name), ...more });
}

describe('the same jobs', () => {
  const expected = [
    { line: 2, portrait: '/p/a.png', options: { output: 'films/x.mp4', seed: 7, headMotion: 0.5, still: true, start: 65 } },
    { line: 3, portrait: 'b.png', options: { output: 'v.mp4' } },
  ];
  const check = ({ jobs, problems }: Awaited<ReturnType<typeof readJobs>>) => {
    expect(problems).toEqual([]);
    const here = (path: string): string => (path.startsWith('/') ? path : join(folder, path));
    expect(jobs).toEqual(expected.map(({ line, portrait, options }) => ({ line, portrait: here(portrait), sound: join(folder, 'v.wav'), options: { ...options, output: here(options.output) } })));
  };

  test('as a table', async () => {
    check(await read('jobs.csv', 'portrait,sound,output,seed,head-motion,Still,start\n/p/a.png,v.wav,films/x.mp4,7,0.5,yes,1:05\nb.png,v.wav,,,,,\n'));
  });

  test('one a line', async () => {
    check(await read('jobs.jsonl', '\n{"portrait":"/p/a.png","sound":"v.wav","output":"films/x.mp4","seed":7,"headMotion":0.5,"still":true,"start":65}\n{"portrait":"b.png","sound":"v.wav","output":null}\n'));
  });

  test('as an array', async () => {
    check(await read('jobs.json', '[\n{"portrait":"/p/a.png","sound":"v.wav","output":"films/x.mp4","seed":7,"head_motion":0.5,"still":true,"start":65},\n{"portrait":"b.png","sound":"v.wav"}]'));
  });
});

test('a job goes before the batch, and films go into the folder that is given', async () => {
  const { jobs } = await read('jobs.csv', 'sound,seed,motion-out\na.wav,7,a.json\nb.wav,,\n', { portrait: '/p/face.png', output: '/films', options: { seed: 1, fps: 30 } });
  expect(jobs).toEqual([
    { line: 2, portrait: '/p/face.png', sound: join(folder, 'a.wav'), options: { seed: 7, fps: 30, motionOut: join(folder, 'a.json'), output: '/films/a.mp4' } },
    { line: 3, portrait: '/p/face.png', sound: join(folder, 'b.wav'), options: { seed: 1, fps: 30, output: '/films/b.mp4' } },
  ]);
});

test('all that is wrong is told, line by line', async () => {
  const { jobs, problems } = await read('jobs.csv', 'portrait,sound,seed,crop\na.png,v.wav,x,oval\n,,1,\na.png\na.png,v.wav,1,\n"a.png"z,v.wav,1,\n');
  expect(jobs.map(({ line }) => line)).toEqual([5]);
  expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '2: seed: expected a whole number from 0 up, got "x"',
    '2: crop: expected one of none, face, square, got "oval"',
    '3: portrait: expected a file, got none',
    '3: sound: expected a file, got none',
    '4: expected 4 columns as in the header, got 1',
    '6: expected a comma behind a closing quote, got "z"',
  ]);
});

test('in JSON a value has its kind, and a key its name', async () => {
  const { problems } = await read('jobs.jsonl', '{"portrait":"a","sound":"b","seed":"7"}\n{"portrait":"a","sound":"b","hedMotion":1,"json":true}\n[1]\n{\n{"portrait":1,"sound":"b"}\n');
  expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    '1: seed: expected a whole number from 0 up, got "7"',
    '2: "hedMotion": no such field of a job',
    '2: "json": no such field of a job',
    '3: expected a job like { "portrait": "a.png", "sound": "a.wav" }, got [1]',
    expect.stringMatching(/^4: not readable as JSON/),
    '5: portrait: expected a file, got 1',
  ]);
  expect(problems[1].hint).toBe('Did you mean headMotion?');
});

describe('what is no job file at all is refused', () => {
  test.each<[string, string | Uint8Array, RegExp, RegExp]>([
    ['jobs.csv', 'portrait,sound,sede\n', /jobs\.csv:1: column "sede": no such field of a job$/, /^Did you mean seed\?$/],
    ['jobs.csv', 'portrait;sound;seed\na;b;c\n', /column "portrait;sound;seed": no such field/, /^Columns are separated by commas\.$/],
    ['jobs.csv', 'portrait,sound,portrait\n', /jobs\.csv:1: expected each column once, got "portrait" twice$/, /^$/],
    ['jobs.csv', '', /jobs\.csv: expected a header line, got an empty file$/, /columns/],
    ['jobs.csv', 'portrait,sound\n', /jobs\.csv: expected jobs, got none$/, /^$/],
    ['jobs.csv', '"portrait,sound', /jobs\.csv:1: a quote is opened and never closed$/, /^$/],
    ['jobs.json', '[]', /jobs\.json: expected jobs, got none$/, /^$/],
    ['jobs.txt', 'x', /jobs\.txt: expected a job file that ends in \.csv, \.jsonl or \.json$/, /batch\.md/],
    ['jobs.csv', Uint8Array.of(0xff, 0xfe, 0x41), /jobs\.csv: not readable as text in UTF-8/, /UTF-8/],
  ])('%s %j', async (name, text, message, hint) => {
    const error = await read(name, text).then(() => undefined, (reason: { code: string; message: string; hint?: string }) => reason);
    expect(error?.message).toMatch(message);
    expect(error?.hint ?? '').toMatch(hint);
    expect(['bad-option', 'unreadable-input']).toContain(error?.code);
  });

  test.each([
    [{}, /^batch: expected a job file, or --sounds with --portrait$/],
    [{ jobFile: 'a.csv', sounds: ['b.wav'] }, /^batch: expected a job file, or --sounds with --portrait$/],
    [{ sounds: ['b.wav'], output: 'x' }, /^--sounds: expected --portrait with it, got none$/],
    [{ sounds: ['b.wav'], portrait: 'x' }, /^--sounds: expected a folder for the films/],
    [{ jobFile: '/nowhere/jobs.csv' }, /no such file \(expected a job file\)$/],
  ])('%j', async (request, message) => {
    await expect(readJobs(request)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });
});

test('sounds make a job each, once', async () => {
  for (const name of ['1.wav', '2.wav']) await writeFile(join(folder, name), 'x');
  const { jobs } = await readJobs({ portrait: '/p.png', sounds: [join(folder, '?.wav'), join(folder, '1.wav')], output: '/films' });
  expect(jobs.map(({ line, options }) => [line, options.output])).toEqual([[1, '/films/1.mp4'], [2, '/films/2.mp4']]);
});
