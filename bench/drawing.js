// How fast frames are drawn when nothing else runs: motion comes from a file, and nothing is encoded.
import { frames } from '../dist/index.js';

/** Frames that are drawn while V8 still compiles. */
const warmFrames = 50;

/** `request` as for `frames`, with `motion` -> frames/s of wall clock, processor milliseconds a frame (all threads), over the frames behind the warm-up. */
export async function measureDrawing(request) {
  let [begin, busy, drawn] = [0, process.cpuUsage(), 0];
  for await (const { index } of frames(request)) {
    if (index === warmFrames) {
      begin = performance.now();
      busy = process.cpuUsage();
    }
    if (index >= warmFrames) drawn++;
  }
  const { user, system } = process.cpuUsage(busy);
  const counted = drawn - 1; // of the first, only the end is seen
  return { framesPerSecond: (counted / (performance.now() - begin)) * 1000, processorMilliseconds: (user + system) / 1000 / counted };
}
