// Motion of tracked landmarks: node bench/solve-track.js LANDMARKS.f32 FPS -o MOTION.json [--absolute] [--raw]
//   LANDMARKS.f32  [frames, 478, 3] float32, pixels (x right, y down, z smaller is nearer); frames without a face NaN
//   --raw          without smoothing
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { solvePerformer } from '../dist/capture/solve/performer.js';
import { readResponses } from '../dist/capture/solve/responses.js';
import { smoothMotion } from '../dist/capture/solve/smooth.js';
import { createSolver } from '../dist/capture/solve/solver.js';
import { channelNames } from '../dist/motion/channels.js';
import { lipGapRow } from '../dist/rig/lip-gap.js';
import { readRig } from '../dist/rig/rig.js';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string', short: 'o' }, absolute: { type: 'boolean' }, raw: { type: 'boolean' } } });
const bytesOf = (path) => {
  const bytes = readFileSync(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};
const here = (path) => new URL(`../${path}`, import.meta.url);
const [path, fps] = positionals;
const numbers = new Float32Array(bytesOf(path));
const frames = Array.from({ length: numbers.length / 1434 }, (_, i) => numbers.subarray(i * 1434, (i + 1) * 1434));
const rig = readRig(bytesOf(here('models/default/rig.bin')));
const step = Math.max(1, Math.floor(frames.length / 400));
const samples = frames.filter((points, i) => i % step === 0 && Number.isFinite(points[0])).map((landmarks) => ({ landmarks, confidence: 1 }));
const performer = solvePerformer(rig, samples);
const solver = createSolver(rig, readResponses(bytesOf(here('assets/landmark-responses.bin'))), performer, { mode: values.absolute ? 'absolute' : 'relative' });
let last = new Float32Array(58);
const before = performance.now();
const solved = frames.map((landmarks) => {
  if (Number.isFinite(landmarks[0])) last = solver.solve(landmarks).motion.slice();
  return last;
});
const milliseconds = (performance.now() - before) / frames.length;
const motions = values.raw ? solved : smoothMotion(solved, frames.map((_, i) => i / Number(fps)), lipGapRow(rig));
writeFileSync(values.out, JSON.stringify({ format: 'animate-motion', version: 1, fps: Number(fps), channels: channelNames, frames: motions.map((m) => [...m].map((v) => +v.toFixed(6))) }));
console.error(`${frames.length} frames, ${milliseconds.toFixed(2)} ms a frame, residual ${performer.residual.toFixed(4)} dm, neutral frames ${performer.neutralFrames.slice(0, 5).join(' ')}`);
