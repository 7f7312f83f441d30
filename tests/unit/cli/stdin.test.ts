import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Stdin, spoolStdin, withoutPath } from '../../../src/cli/stdin.ts';
import { AnimateError } from '../../../src/errors.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'animate-stdin-tests.'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => expect(readdirSync(folder)).toEqual([]));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});
const never = new AbortController().signal;
const stdinOf = (...chunks: string[]): Stdin => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe.skipIf(process.platform === 'win32')('a sound from stdin', () => {
  test('lies in a file until it is removed', async () => {
    const spooled = await spoolStdin(stdinOf('one', 'two'), never);
    expect(readFileSync(spooled.path, 'utf8')).toBe('onetwo');
    await spooled.remove();
  });

  test('leaves nothing when it breaks off or is given up', async () => {
    const broken = new Readable({ read() { this.destroy(Object.assign(new Error('gone'), { code: 'EIO' })); } });
    await expect(spoolStdin(broken, never)).rejects.toMatchObject({ code: 'unreadable-input', message: `stdin: cannot be kept in ${folder} (EIO)` });
    const controller = new AbortController();
    const endless = new Readable({ read() { setTimeout(() => this.push('x'), 1); } });
    setTimeout(() => controller.abort(), 30);
    await expect(spoolStdin(endless, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('is not awaited from a terminal', async () => {
    const terminal = Object.assign(stdinOf('x'), { isTTY: true });
    for (const stdin of [terminal, undefined]) await expect(spoolStdin(stdin, never)).rejects.toMatchObject({ code: 'unreadable-input', message: '-: expected a sound on stdin, got a terminal' });
  });

  test('of a run that was killed is removed by the next; that of a running one is left', async () => {
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    mkdirSync(join(folder, `animate-stdin-${dead}-aaaaaa`));
    writeFileSync(join(folder, `animate-stdin-${dead}-aaaaaa`, 'stdin'), 'left');
    mkdirSync(join(folder, `animate-stdin-${process.ppid}-bbbbbb`));
    const spooled = await spoolStdin(stdinOf('x'), never);
    expect(readdirSync(folder).filter((name) => !spooled.path.includes(name))).toEqual([`animate-stdin-${process.ppid}-bbbbbb`]);
    rmSync(join(folder, `animate-stdin-${process.ppid}-bbbbbb`), { recursive: true });
    await spooled.remove();
  });
});

test('its temporary name is told to nobody', () => {
  const spooled = { path: '/tmp/animate-stdin-1-x/stdin', remove: async () => {} };
  expect(withoutPath({ warning: `${spooled.path}: is silent`, list: [spooled.path], frames: 3, none: undefined }, spooled)).toEqual({ warning: 'stdin: is silent', list: ['stdin'], frames: 3, none: undefined });
  const error = withoutPath(new AnimateError('unreadable-input', `${spooled.path}: empty`, { hint: `see ${spooled.path}` }), spooled);
  expect(error).toMatchObject({ code: 'unreadable-input', message: 'stdin: empty', hint: 'see stdin' });
  const bug = new TypeError(spooled.path);
  expect(withoutPath(bug, spooled)).toBe(bug);
  expect(withoutPath('x', undefined)).toBe('x');
});
