// Seconds per stage, frames/s, memory and pauses of the whole command on this machine, against the run before: npm run bench [-- PORTRAIT SOUND] [options]
//   [--duration 10]    seconds of film; the sound is repeated where it is shorter (a plain 16-bit WAV then)
//   [--size 512]       long side of the film: 1080, 1920, 3840 ...      [--crop none]  as the command's
//   [--threads 1,2]    several: measures the film with each
//   [--runs 3]         the median counts
// Results are kept in bench/last.json by machine and film: commit it with the change that it measures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureDrawing } from './drawing.js';
import { measureFirstFrame, repeatWav, runMeasured, soundSeconds } from './measure.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const keptFile = join(root, 'bench/last.json');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    duration: { type: 'string', default: '10' },
    size: { type: 'string', default: '512' },
    crop: { type: 'string', default: 'none' },
    threads: { type: 'string', default: String(availableParallelism()) },
    runs: { type: 'string', default: '3' },
  },
});
const [portrait = join(root, 'examples/astronaut.png'), sound = join(root, 'examples/librivox.wav')] = positionals;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const round = (value, digits = 2) => Number(value.toFixed(digits));

const machine = `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}, ${process.platform}-${process.arch}`;
const git = (...words) => execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' }).trim();
const commit = `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', '.', ':!bench/last.json') === '' ? '' : '-dirty'}`;
const load = loadavg()[0];
console.log(`machine: ${machine}`);
console.log(`load:    ${load.toFixed(1)} before the first run${load > 0.3 * availableParallelism() ? ': NOT quiet, times are too long' : ''}`);
console.log(`commit:  ${commit}`);

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const kept = existsSync(keptFile) ? JSON.parse(readFileSync(keptFile, 'utf8')) : {};
try {
  let voice = sound;
  if (soundSeconds(sound) < Number(values.duration)) {
    voice = join(folder, 'long.wav');
    writeFileSync(voice, repeatWav(sound, Number(values.duration)));
  }
  for (const threads of values.threads.split(',')) await measure(voice, threads);
  writeFileSync(keptFile, `${JSON.stringify(kept, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** One film, several times, and its frames alone. Prints the table, and keeps the numbers. */
async function measure(voice, threads) {
  const motion = join(folder, 'motion.json');
  const words = [portrait, voice, '-o', join(folder, 'film.mp4'), '--size', values.size, '--crop', values.crop, '--threads', threads, '--duration', values.duration, '--motion-out', motion, '--json', '--quiet'];
  const runs = [];
  const firstFrames = [];
  for (let run = 0; run < Number(values.runs); run++) {
    runs.push(await runMeasured(words));
    firstFrames.push(await measureFirstFrame(words.filter((word) => word !== '--quiet')));
  }
  const told = runs.map(({ result }) => result);
  const [{ model, device, frames, width, height, fps }] = told;
  // Without encoder and networks beside it: one thread, and as many as there are.
  const request = { portrait, sound: voice, motion, size: Number(values.size), crop: values.crop, duration: Number(values.duration) };
  const [alone, together] = [await measureDrawing({ ...request, threads: 1 }), await measureDrawing({ ...request, threads: Number(threads) })];
  const stages = Object.fromEntries(Object.keys(told[0].seconds).map((stage) => [stage, round(median(told.map(({ seconds }) => seconds[stage])))]));
  const now = {
    commit,
    date: new Date().toISOString().slice(0, 10),
    model,
    load: round(load, 1),
    seconds: { 'whole command': round(median(runs.map(({ seconds }) => seconds))), 'start to first frame': round(median(firstFrames)), ...stages },
    framesPerSecond: { 'while encoding': round(frames / stages.frames, 1), 'drawing alone': round(together.framesPerSecond, 1), 'drawing alone, one thread': round(alone.framesPerSecond, 1), 'whole command': round(frames / median(runs.map(({ seconds }) => seconds)), 1) },
    scaling: round(together.framesPerSecond / alone.framesPerSecond),
    processorMilliseconds: { 'one thread': round(alone.processorMilliseconds, 1), 'all threads': round(together.processorMilliseconds, 1) },
    peakMegabytes: round(Math.max(...runs.map(({ peakMegabytes }) => peakMegabytes)), 0),
    ffmpegMegabytes: round(Math.max(...runs.map(({ childMegabytes }) => childMegabytes)), 0),
    longestPauseMilliseconds: round(Math.max(...runs.map(({ longestPauseMilliseconds }) => longestPauseMilliseconds)), 1),
  };
  const film = `${basename(portrait)} + ${basename(sound)}, ${width} x ${height}, ${(frames / fps).toFixed(1)} s, ${fps} frames/s, crop ${values.crop}, ${threads} threads`;
  const key = `${machine} | ${film}`;
  printTable(film, `${model} on ${device}, median of ${runs.length}`, now, kept[key]);
  kept[key] = now;
}

function printTable(film, how, now, before) {
  console.log(`\nfilm:    ${film}\nmodel:   ${how}`);
  console.log(before ? `before:  commit ${before.commit}, ${before.date}, load ${before.load}; ratio = now / before` : 'before:  no earlier run on this machine');
  const rows = [
    ...Object.entries(now.seconds).map(([name, value]) => [`${name}, s`, value, before?.seconds[name]]),
    ...Object.entries(now.framesPerSecond).map(([name, value]) => [`frames/s, ${name}`, value, before?.framesPerSecond[name]]),
    ['scaling, one thread to all', now.scaling, before?.scaling],
    ...Object.entries(now.processorMilliseconds).map(([name, value]) => [`drawing a frame, ms of processor, ${name}`, value, before?.processorMilliseconds[name]]),
    ['peak memory, MB (threads included, ffmpeg not)', now.peakMegabytes, before?.peakMegabytes],
    ['peak memory of ffmpeg, MB', now.ffmpegMegabytes, before?.ffmpegMegabytes],
    ['longest pause of the collector, ms', now.longestPauseMilliseconds, before?.longestPauseMilliseconds],
  ];
  console.log('\n| | now | before | ratio |\n|---|---|---|---|');
  for (const [name, value, old] of rows) console.log(`| ${name} | ${value} | ${old ?? ''} | ${old ? (value / old).toFixed(2) : ''} |`);
}
