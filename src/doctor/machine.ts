/** The machine: Node, memory and cores, the temporary folder, the renderer's WebAssembly. */
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createKernel } from '../kernel/kernel.ts';
import { floor } from '../version.ts';
import type { Finding } from './finding.ts';

/** A film of 512 x 512 has its peak near half a gigabyte (README), ffmpeg not counted. */
const leastMemoryBytes = 1e9;
const leastTemporaryBytes = 100e6;

/** `floor`: the least version, as in "20.19". */
export function checkNode(version: string = process.versions.node, least: string = floor): Finding {
  const isEnough = compareVersions(version, least) >= 0;
  const details = { version, least, platform: process.platform, architecture: process.arch };
  const message = `Node.js ${version} on ${process.platform} ${process.arch}`;
  return isEnough
    ? { name: 'node', state: 'ok', message, details }
    : { name: 'node', state: 'bad', message: `${message}; ${least} or newer is needed`, hint: 'Install a newer Node.js: https://nodejs.org', details };
}

/** Below 0 where `a` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function checkMemory(): Finding {
  const limit = process.constrainedMemory?.() ?? 0; // 0, or more than there is, where nothing limits
  const totalBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const availableBytes = Math.min(totalBytes, process.availableMemory?.() ?? freemem()); // since Node 20.13
  const cores = availableParallelism();
  const details = { totalBytes, availableBytes, cores, processor: cpus()[0]?.model ?? 'unknown' };
  const message = `${gigabytes(availableBytes)} of ${gigabytes(totalBytes)} memory free, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  if (availableBytes >= leastMemoryBytes) return { name: 'memory', state: 'ok', message, details };
  return { name: 'memory', state: 'note', message, hint: `Less than ${gigabytes(leastMemoryBytes)} is little for a film: close other programs, or use a smaller --size and fewer --threads.`, details };
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

export async function checkTemporaryFolder(folder: string = tmpdir()): Promise<Finding> {
  try {
    const own = await mkdtemp(join(folder, 'animate-doctor-'));
    try {
      await writeFile(join(own, 'trial'), 'trial');
    } finally {
      await rm(own, { recursive: true, force: true });
    }
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    const details = { folder, freeBytes };
    if (freeBytes < leastTemporaryBytes) return { name: 'temporary folder', state: 'note', message: `${folder}: ${gigabytes(freeBytes)} free`, hint: 'A sound from stdin goes there first: make room, or set TMPDIR.', details };
    return { name: 'temporary folder', state: 'ok', message: `${folder} can be written, ${gigabytes(freeBytes)} free`, details };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    return { name: 'temporary folder', state: 'bad', message: `${folder}: cannot be written (${reason})`, hint: 'Set TMPDIR to a folder that can be written.', details: { folder } };
  }
}

/** The renderer's loops, loaded and run. `make`: what loads them. */
export function checkKernel(make: typeof createKernel = createKernel): Finding {
  try {
    const kernel = make();
    const depth = kernel.floats(4);
    const codes = kernel.bytes(4).fill(7);
    kernel.loops.clearTarget(depth.byteOffset, codes.byteOffset, 4);
    if (codes.some((code) => code !== 0)) throw new Error('it computes something else than it should');
    return { name: 'renderer', state: 'ok', message: 'its WebAssembly with SIMD and shared memory loads and runs' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: 'renderer', state: 'bad', message: `its WebAssembly does not run (${reason})`, hint: 'Install the package again (in this repository: npm run build).' };
  }
}
