// Peak memory against the length of the sound: `npm run build && node bench/memory.js [minutes ...] [--size 64] [--fps 12] [--limit 1000]`. Linux.
// Fails above the limit (MB, ffmpeg apart), where length matters, or where memory still grows in the second half of a run.
// Pictures are small and few a second unless told otherwise, because their number is what takes time; their size adds a constant.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { repeatWav, runMeasured } from './measure.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { size: { type: 'string', default: '64' }, fps: { type: 'string', default: '12' }, limit: { type: 'string', default: '1000' } },
});
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const minutes = positionals.length > 0 ? positionals.map(Number) : [2, 10];
const spreadMegabytes = 150; // garbage that the collector has not got round to

async function measure(soundMinutes) {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  try {
    const sound = join(folder, 'voice.wav');
    writeFileSync(sound, repeatWav(here('../examples/librivox.wav'), soundMinutes * 60));
    const words = [here('../examples/astronaut.png'), sound, '--size', values.size, '--fps', values.fps, '--quiet', '--json', '--output', join(folder, 'film.mp4')];
    const { peakMegabytes, childMegabytes, longestPauseMilliseconds, seconds, course } = await runMeasured(words);
    const third = Math.floor(course.length / 3);
    const [middle, end] = [course.slice(third, 2 * third), course.slice(2 * third)].map((part) => Math.max(...part));
    console.log(
      `${soundMinutes} min of sound: peak ${peakMegabytes.toFixed(0)} MB (ffmpeg: ${childMegabytes.toFixed(0)} MB more), second third ${middle.toFixed(0)} MB, last third ${end.toFixed(0)} MB; longest pause ${longestPauseMilliseconds.toFixed(1)} ms; ${seconds.toFixed(0)} s`,
    );
    return { peak: peakMegabytes, growth: end - middle };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const runs = [];
for (const soundMinutes of minutes) runs.push(await measure(soundMinutes));
const peaks = runs.map(({ peak }) => peak);
if (Math.max(...peaks) > Number(values.limit)) throw new Error(`more than ${values.limit} MB`);
if (Math.max(...peaks) - Math.min(...peaks) > spreadMegabytes) throw new Error(`memory grows with the sound: ${peaks.map((peak) => peak.toFixed(0)).join(', ')} MB`);
if (Math.max(...runs.map(({ growth }) => growth)) > spreadMegabytes) throw new Error('memory grows while the film is made');
