/** The program: joins the command to this process, its signals and its streams. */

import process from 'node:process';
import { runCommandLine } from './run.ts';

const interrupted = 130;
// Long enough for ffmpeg to end and the temporary file to go; a network in the middle of a step may take longer and is left.
const graceMilliseconds = 5000;

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (controller.signal.aborted) endNow(); // asked twice: at once
    controller.abort(name);
    setTimeout(endNow, graceMilliseconds).unref();
  });
}

/** By the signal itself, which shells tell as 130: process.exit() would wait for threads, and ONNX Runtime aborts when its own is ended in the middle of a call. */
function endNow(): void {
  if (process.platform === 'win32') process.exit(interrupted);
  process.emit('exit', interrupted); // temporary files go, ffmpeg ends
  process.removeAllListeners('SIGINT');
  process.kill(process.pid, 'SIGINT');
}
process.stdout.on('error', () => {}); // the reader went away: `animate ... | head -0`

process.exitCode = await runCommandLine(process.argv.slice(2), {
  writeOut: (text) => void process.stdout.write(text),
  writeError: (text) => void process.stderr.write(text),
  environment: process.env,
  signal: controller.signal,
  openStdin: () => process.stdin,
  loadLibrary: () => import('../index.ts'),
  loadSpinner: process.stderr.isTTY ? loadSpinner : undefined,
});

async function loadSpinner() {
  const { default: ora } = await import('ora');
  return ora({ text: '', stream: process.stderr, discardStdin: false }); // with stdin discarded Ctrl-C would not reach this program
}
