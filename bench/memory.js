// Peak memory against the length of the sound: `npm run build && node bench/memory.js [minutes ...]`. Linux. Fails above 1 GB, or when length matters.
// Pictures are small and few a second, because their number is what takes time; their size adds a constant.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const minutes = process.argv.slice(2).map(Number);
if (minutes.length === 0) minutes.push(2, 10);
const limitMegabytes = 1000;
const spreadMegabytes = 150; // garbage that the collector has not got round to

/** The example's voice, again and again. */
function writeLongVoice(file, seconds) {
  const voice = readFileSync(here('../examples/librivox.wav'));
  const samples = voice.subarray(44);
  const rate = voice.readUInt32LE(28); // bytes a second
  const repeated = Buffer.concat(Array.from({ length: Math.ceil((seconds * rate) / samples.length) }, () => samples)).subarray(0, seconds * rate);
  const header = Buffer.from(voice.subarray(0, 44));
  header.writeUInt32LE(repeated.length + 36, 4);
  header.writeUInt32LE(repeated.length, 40);
  writeFileSync(file, Buffer.concat([header, repeated]));
}

/** A process, its children and theirs. */
function family(id) {
  const children = [];
  for (const thread of readdirSync(`/proc/${id}/task`)) {
    const ids = readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8').trim();
    if (ids !== '') children.push(...ids.split(' ').flatMap(family));
  }
  return [id, ...children];
}

/** Megabytes of resident memory that `id` and its children hold. */
function residentMegabytes(id) {
  let kilobytes = 0;
  for (const member of family(id)) {
    kilobytes += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/status`, 'utf8'))?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

async function measure(soundMinutes) {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  const sound = join(folder, 'voice.wav');
  writeLongVoice(sound, soundMinutes * 60);
  const words = [here('../bin/animate.js'), here('../examples/astronaut.png'), sound, '--size', '64', '--fps', '12', '--quiet', '--output', join(folder, 'film.mp4')];
  const begin = performance.now();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      peak = Math.max(peak, residentMegabytes(child.pid));
    } catch {
      // a process ended while it was read
    }
  }, 100);
  const status = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`animate exited with ${status}`);
  console.log(`${soundMinutes} min of sound: peak ${peak.toFixed(0)} MB (node and ffmpeg), ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  return peak;
}

const peaks = [];
for (const soundMinutes of minutes) peaks.push(await measure(soundMinutes));
if (Math.max(...peaks) > limitMegabytes) throw new Error(`more than ${limitMegabytes} MB`);
if (Math.max(...peaks) - Math.min(...peaks) > spreadMegabytes) throw new Error(`memory grows with the sound: ${peaks.map((peak) => peak.toFixed(0)).join(', ')} MB`);
