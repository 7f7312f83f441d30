// A film, and then a single frame, from a program. `npm run build` first; Node.js 22.18 or newer runs this file as it is: node examples/animate.ts
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { AnimateError, animate, frames } from 'animate-portrait';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = process.argv[2] ?? '.';
const request = { portrait: process.argv[3] ?? here('astronaut.png'), sound: process.argv[4] ?? here('librivox.wav'), size: 256, duration: 1, seed: 7 };

const giveUp = new AbortController();
process.once('SIGINT', () => giveUp.abort());

try {
  const film = await animate({
    ...request,
    output: `${folder}/film.mp4`,
    signal: giveUp.signal,
    onProgress: (event) => {
      if ('warning' in event) console.warn(event.warning);
      if ('stage' in event && event.stage === 'frames') console.log(`frame ${event.done} of ${event.total}`);
    },
  });
  console.log(`${film.path}: ${film.frames} frames, ${film.seconds.total.toFixed(1)} s on ${film.device}`);

  // The frames alone: RGB bytes, row by row. `rgb` is overwritten by the next frame, so copy what you keep.
  for await (const { rgb, width, height, index } of frames({ ...request, signal: giveUp.signal })) {
    if (index < 12) continue;
    await writeFile(`${folder}/frame.ppm`, [`P6 ${width} ${height} 255\n`, rgb]);
    break; // ends the models' worker threads as well
  }
} catch (error) {
  if (!(error instanceof AnimateError)) throw error; // anything else is a bug
  console.error(`${error.code}: ${error.message}\n${error.hint ?? ''}`);
  process.exitCode = 1;
}
