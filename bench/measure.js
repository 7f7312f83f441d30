// Runs the command and watches it from outside: time, memory, pauses of the garbage collector. Memory needs Linux's /proc.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/animate.js', import.meta.url));

/** Peak resident megabytes of a process so far, its threads included; 0 where it is gone or there is no /proc. */
function peakOf(id) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Resident megabytes of a process now. */
function residentOf(id) {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Children of a process, whichever of its threads started them. */
function childrenOf(id) {
  try {
    return readdirSync(`/proc/${id}/task`).flatMap((thread) => readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean));
  } catch {
    return [];
  }
}

// "[41:0x7f] 812 ms: Scavenge 8.1 (10.2) -> 7.4 (11.2) MB, 0.71 / 0.00 ms ...", of every isolate: the main thread's and the workers'.
const pausePattern = /^\[\d+:0x[\da-f]+\]\s+\d+ ms: .*? MB, ([\d.]+) \/ [\d.]+ ms/;

/**
 * Runs `animate` with `words` (with --json and --quiet) -> what it tells, wall seconds, peak megabytes of node (threads included) and of its children (ffmpeg),
 * the longest pause that V8 tells of, and the resident megabytes of node in the course of the run, one every 100 ms.
 */
export function runMeasured(words) {
  const start = performance.now();
  const child = spawn(process.execPath, ['--trace-gc', command, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let [peakMegabytes, childMegabytes, text] = [0, 0, ''];
  const course = [];
  const timer = setInterval(() => {
    peakMegabytes = Math.max(peakMegabytes, peakOf(child.pid));
    course.push(residentOf(child.pid));
    for (const id of childrenOf(child.pid)) childMegabytes = Math.max(childMegabytes, peakOf(id));
  }, 100);
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      if (code !== 0) return reject(new Error(`animate ${words.join(' ')}: exit ${code}`));
      const lines = text.split('\n');
      const pauses = lines.map((line) => Number(pausePattern.exec(line)?.[1] ?? 0));
      const result = JSON.parse(lines.find((line) => line.startsWith('{')));
      resolve({ result, seconds: (performance.now() - start) / 1000, peakMegabytes, childMegabytes, longestPauseMilliseconds: Math.max(...pauses), course });
    });
  });
}

/** Wall seconds from the start of `animate` with `words` (without --quiet) to its first frame; the run is ended then. */
export function measureFirstFrame(words) {
  const start = performance.now();
  const child = spawn(process.execPath, [command, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  let [text, seconds] = ['', undefined];
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (seconds !== undefined || !/^drawing frames: [1-9]/m.test(text)) return; // the line of the first frame: motion was told of before it
    seconds = (performance.now() - start) / 1000;
    child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => (seconds === undefined ? reject(new Error(`animate ${words.join(' ')}: no frame\n${text}`)) : resolve(seconds)));
  });
}

/** Length of a WAV with the plain 44-byte header of the example; Infinity for any other file: it is taken as it is. */
export function soundSeconds(file) {
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  if (bytes.length < 44 || bytes.toString('latin1', 36, 40) !== 'data') return Number.POSITIVE_INFINITY;
  return (bytes.length - 44) / bytes.readUInt32LE(28);
}

/** Repeats such a WAV's samples to a length in seconds: the bytes of the longer file. */
export function repeatWav(file, seconds) {
  const bytes = readFileSync(file);
  if (bytes.toString('latin1', 36, 40) !== 'data') throw new Error(`${file}: expected a WAV file with a plain 44-byte header`);
  const length = Math.floor(seconds * bytes.readUInt32LE(28)) & ~3;
  const out = Buffer.alloc(44 + length);
  bytes.copy(out, 0, 0, 44);
  for (let at = 44; at < out.length; at += bytes.length - 44) bytes.copy(out, at, 44);
  out.writeUInt32LE(36 + length, 4);
  out.writeUInt32LE(length, 40);
  return out;
}
