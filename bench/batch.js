// A batch against single commands: wall-clock and processor time, and whether the frames are the same. npm run build; node bench/batch.js [clips] [size] [jobs]
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { findFfmpeg } from '../dist/ffmpeg/find.js';

const [clips = 20, size = 512, jobs] = process.argv.slice(2).map(Number);
const at = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const { path: ffmpeg } = await findFfmpeg();
const folder = mkdtempSync(join(tmpdir(), 'bench-batch-'));
const names = Array.from({ length: clips }, (_, index) => String(index + 1).padStart(2, '0'));
const portrait = at('examples/astronaut.png');
const common = ['--size', String(size), '--quiet'];

/** Seconds by the clock, and of processors: this program's children are counted once they have ended. */
function time(work) {
  const begin = performance.now();
  const before = childSeconds();
  work();
  return { wall: (performance.now() - begin) / 1000, processor: childSeconds() - before };
}

// In clock ticks of 1/100 s: proc(5), cutime and cstime, the 16th and 17th fields. Linux only.
function childSeconds() {
  if (process.platform !== 'linux') return Number.NaN;
  const fields = execFileSync('cat', [`/proc/${process.pid}/stat`], { encoding: 'utf8' }).replace(/^.*\) /s, '').split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function animate(args) {
  const { status, stderr } = spawnSync(process.execPath, [at('bin/animate.js'), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function hashFilm(film) {
  return createHash('sha256').update(execFileSync(ffmpeg, ['-v', 'error', '-i', film, '-map', '0:v', '-f', 'rawvideo', 'pipe:1'], { maxBuffer: 2 ** 31 })).digest('hex');
}

try {
  for (const name of ['sounds', 'single']) mkdirSync(join(folder, name));
  for (const [index, name] of names.entries()) execFileSync(ffmpeg, ['-v', 'error', '-ss', String((index % 20) * 0.1), '-i', at('examples/librivox.wav'), '-t', '5', join(folder, 'sounds', `${name}.wav`)]);
  const single = time(() => {
    for (const name of names) animate([portrait, join(folder, 'sounds', `${name}.wav`), '-o', join(folder, 'single', `${name}.mp4`), ...common]);
  });
  const batch = time(() => animate(['batch', '--portrait', portrait, '--sounds', join(folder, 'sounds', '*.wav'), '-o', join(folder, 'batch'), ...common, ...(jobs ? ['--jobs', String(jobs)] : [])]));
  const same = names.filter((name) => hashFilm(join(folder, 'single', `${name}.mp4`)) === hashFilm(join(folder, 'batch', `${name}.mp4`))).length;
  console.log(`${clips} clips of 5 s at ${size}, ${availableParallelism()} cores (${cpus()[0].model}), load ${loadavg()[0].toFixed(1)}`);
  for (const [name, { wall, processor }] of Object.entries({ single, batch })) console.log(`${name}: ${wall.toFixed(1)} s, ${processor.toFixed(1)} s of processors`);
  console.log(`ratio ${(batch.wall / single.wall).toFixed(2)}, of processors ${(batch.processor / single.processor).toFixed(2)}; frames the same in ${same} of ${clips}`);
  if (same !== clips) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
