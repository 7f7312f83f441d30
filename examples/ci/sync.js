// Do the lips follow the sound? node sync.js MOTION.json SOUND.wav: the gap between the lips against the loudness, frame by frame.
// Prints {"lagMilliseconds","correlation"}; exit status 1 unless the lag lies within 80 ms and the correlation is at least 0.35.
// MOTION.json is what --motion-out writes, of a film from the beginning of the sound. SOUND.wav has 16-bit samples.
import { readFileSync } from 'node:fs';

const mostLagMilliseconds = 80;
const leastCorrelation = 0.35;
const reachSeconds = 0.4; // lags that are looked at, either way

const [motionFile, soundFile] = process.argv.slice(2);
const { fps, channels, frames } = JSON.parse(readFileSync(motionFile, 'utf8'));
const opening = openingOf(channels);
const lips = frames.map(opening);
const loudness = loudnessOf(readWav(soundFile), fps, frames.length);

const reach = Math.round(reachSeconds * fps);
const scores = Array.from({ length: 2 * reach + 1 }, (_, i) => correlate(loudness, lips, i - reach));
const best = scores.indexOf(Math.max(...scores));
const lagMilliseconds = Math.round((1000 * (best - reach + vertex(scores, best))) / fps);
const correlation = Number(scores[best].toFixed(3));
console.log(JSON.stringify({ lagMilliseconds, correlation }));
if (!(Math.abs(lagMilliseconds) <= mostLagMilliseconds && correlation >= leastCorrelation)) {
  console.error(`${motionFile}: expected lips within ${mostLagMilliseconds} ms of ${soundFile} and a correlation of at least ${leastCorrelation}, got ${lagMilliseconds} ms and ${correlation}`);
  process.exitCode = 1;
}

/** How far the lips are apart in a frame, roughly, in units of jawOpen. */
function openingOf(names) {
  const shares = { jawOpen: 1, mouthClose: -1, mouthLowerDownLeft: 0.3, mouthLowerDownRight: 0.3, mouthUpperUpLeft: 0.2, mouthUpperUpRight: 0.2 };
  const parts = Object.entries(shares).map(([name, share]) => [names.indexOf(name), share]).filter(([index]) => index >= 0);
  return (frame) => parts.reduce((sum, [index, share]) => sum + share * frame[index], 0);
}

/** The first channel, -1..1. */
function readWav(file) {
  const bytes = readFileSync(file);
  let [at, channelCount, rate] = [12, 1, 16_000];
  while (at + 8 <= bytes.length) {
    const [kind, length] = [bytes.toString('latin1', at, at + 4), bytes.readUInt32LE(at + 4)];
    if (kind === 'fmt ') {
      [channelCount, rate] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 12)];
      if (bytes.readUInt16LE(at + 22) !== 16) throw new Error(`${file}: expected 16-bit samples`);
    } else if (kind === 'data') {
      const count = Math.floor(Math.min(length, bytes.length - at - 8) / 2 / channelCount);
      return { rate, samples: Float32Array.from({ length: count }, (_, i) => bytes.readInt16LE(at + 8 + 2 * channelCount * i) / 32_768) };
    }
    at += 8 + length + (length % 2);
  }
  throw new Error(`${file}: no samples`);
}

/** Of each frame of the film, decibels above -50 (0 below). */
function loudnessOf({ rate, samples }, framesPerSecond, count) {
  return Array.from({ length: count }, (_, frame) => {
    const [from, to] = [Math.round((frame * rate) / framesPerSecond), Math.round(((frame + 1) * rate) / framesPerSecond)];
    const power = samples.subarray(from, to).reduce((sum, value) => sum + value * value, 0) / (to - from);
    return Math.max(0, 10 * Math.log10(power + 1e-12) + 50);
  });
}

/** Pearson's r of two lists, the second `lag` frames later. */
function correlate(a, b, lag) {
  const pairs = a.map((value, i) => [value, b[i + lag]]).filter(([, other]) => other !== undefined);
  const mean = (side) => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const [meanA, meanB] = [mean(0), mean(1)];
  const [product, powerA, powerB] = pairs.reduce(([p, x, y], [u, v]) => [p + (u - meanA) * (v - meanB), x + (u - meanA) ** 2, y + (v - meanB) ** 2], [0, 0, 0]);
  return product / Math.sqrt(powerA * powerB || 1);
}

/** Where the parabola through a peak and its neighbours has its top, -0.5..0.5 from the peak. */
function vertex(values, peak) {
  const [left, top, right] = [values[peak - 1], values[peak], values[peak + 1]];
  return left === undefined || right === undefined ? 0 : (0.5 * (left - right)) / (left - 2 * top + right || 1);
}
