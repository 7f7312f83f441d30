/** Runs the built command as a user does. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledFfmpeg } from './ffmpeg.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Films of tests are not signed in the user's name. */
export const testSigner = join(tmpdir(), `animate-test-signer-${userInfo().username}`);
export const animateJs = `${root}bin/animate.js`;

export interface Ending {
  status: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface RunOptions {
  cwd?: string;
  /** Added to this process's; undefined takes a variable away. */
  environment?: Record<string, string | undefined>;
  /** What comes through stdin; nothing without it. */
  stdin?: Uint8Array;
  /** More may come. */
  keepStdinOpen?: boolean;
}

/** Starts a program; `ended` never rejects. */
export function start(command: string, args: readonly string[], { cwd = root, environment = {}, stdin, keepStdinOpen = false }: RunOptions = {}): { child: ChildProcess; stderr: () => string; ended: Promise<Ending> } {
  const begin = performance.now();
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANIMATE_') && name !== 'NODE_OPTIONS' && name !== 'ORT_DISABLE_TELEMETRY'));
  const child = spawn(command, args, { cwd, env: { ...own, ANIMATE_FFMPEG: bundledFfmpeg, ANIMATE_SIGNER: testSigner, ...environment }, stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  child.stdin?.on('error', () => {}); // it may end without having read everything
  if (stdin !== undefined && !keepStdinOpen) child.stdin?.end(stdin);
  let stdout = '';
  let stderr = '';
  if (child.stdout === null || child.stderr === null) throw new Error('no pipes');
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ending>((resolve) => child.once('close', (status) => resolve({ status, stdout, stderr, seconds: (performance.now() - begin) / 1000 })));
  return { child, stderr: () => stderr, ended };
}

/** `node bin/animate.js ...`, with the bundled ffmpeg unless `environment` says otherwise: the same films on every machine. */
export function animate(args: readonly string[], options: RunOptions = {}): Promise<Ending> {
  return start(process.execPath, [animateJs, ...args], options).ended;
}

/** The command lines of running processes that hold `text`. Linux only. */
export async function processesWith(text: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(text)).map((line) => line.replaceAll('\0', ' '));
}
