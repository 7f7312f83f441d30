// Seconds per stage, frames/s and memory of the whole command on this machine: npm run bench [-- PORTRAIT SOUND] [--duration 4] [--size 512] [--runs 3]
// `--loop SECONDS` first makes a sound of that length by repeating SOUND, to see that memory does not grow with it (10 minutes take a while).
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { duration: { type: 'string', default: '4' }, size: { type: 'string', default: '512' }, runs: { type: 'string', default: '3' }, loop: { type: 'string' } },
});
const [portrait = join(root, 'examples/astronaut.png'), sound = join(root, 'examples/librivox.wav')] = positionals;

/** Peak resident memory of a process so far, in MiB; undefined where there is no /proc. */
function readPeakMebibytes(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** Runs the command -> its JSON or text, wall seconds, peak memory. */
function runCommand(args) {
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin/animate.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakMebibytes;
  const watch = setInterval(() => {
    peakMebibytes = readPeakMebibytes(child.pid) || peakMebibytes;
  }, 100);
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(`animate ${args.join(' ')}: exit ${code}`));
      else resolve({ text: Buffer.concat(chunks).toString(), seconds: (performance.now() - start) / 1000, peakMebibytes });
    });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Repeats a 16-bit PCM WAV's samples to a length in seconds. Expects the plain 44-byte header of the example. */
function repeatWav(file, seconds) {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 36, 40) !== 'data') throw new Error(`${file}: --loop needs a WAV file with a plain 44-byte header`);
  const length = Math.floor(seconds * bytes.readUInt32LE(28)) & ~3;
  const out = Buffer.alloc(44 + length);
  bytes.copy(out, 0, 0, 44);
  for (let at = 44; at < out.length; at += bytes.length - 44) bytes.copy(out, at, 44);
  out.writeUInt32LE(36 + length, 4);
  out.writeUInt32LE(length, 40);
  return out;
}

const commit = execFileSync('git', ['-C', root, 'describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
console.log(`machine: ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}, ${process.platform}-${process.arch}`);
console.log(`commit:  ${commit}`);

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  let voice = sound;
  if (values.loop !== undefined) {
    voice = join(folder, 'long.wav');
    writeFileSync(voice, repeatWav(sound, Number(values.loop)));
  }
  const length = values.loop === undefined ? ['--duration', values.duration] : [];
  const help = [];
  for (let run = 0; run < 5; run++) help.push((await runCommand(['--help'])).seconds);

  const runs = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const { text, seconds, peakMebibytes } = await runCommand([portrait, voice, '-o', join(folder, 'film.mp4'), '--size', values.size, ...length, '--json', '--quiet']);
    runs.push({ ...JSON.parse(text), wall: seconds, peakMebibytes });
  }
  const [{ model, device, frames, width, height, fps }] = runs;
  console.log(`model:   ${model} on ${device}`);
  console.log(`film:    ${frames} frames, ${width} x ${height}, ${fps} frames/s, ${(frames / fps).toFixed(1)} s; median of ${runs.length}`);
  console.log(`\n| | seconds |\n|---|---|\n| whole command | ${median(runs.map((run) => run.wall)).toFixed(2)} |`);
  for (const stage of Object.keys(runs[0].seconds)) console.log(`| ${stage} | ${median(runs.map((run) => run.seconds[stage])).toFixed(2)} |`);
  console.log(`| \`--help\` | ${median(help).toFixed(2)} |\n`);
  console.log(`frames/s: ${(frames / median(runs.map((run) => run.seconds.frames))).toFixed(1)} drawn, ${(frames / median(runs.map((run) => run.wall))).toFixed(1)} over the whole command`);
  const peak = runs.map((run) => run.peakMebibytes).filter((value) => value !== undefined);
  if (peak.length > 0) console.log(`peak memory: ${Math.max(...peak).toFixed(0)} MiB (ffmpeg not counted)`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
