// A long-living process that gets spoilt files one after the other and says what became of each; watch.ts watches it from outside.
// Plain JavaScript, because it uses the built library as programs do.
import { rm } from 'node:fs/promises';
import process from 'node:process';
import { checkJobs } from '../../dist/batch/check.js';
import { AnimateError, animate, inspect, openModel, openSession, planFilm, readMotion } from '../../dist/index.js';

const session = openSession();
const small = { size: 64, steps: 2, threads: 1, device: 'cpu', session };

const tasks = {
  portrait: async ({ path, sound, film }) => {
    await planFilm({ portrait: path, sound, output: film, ...small });
  },
  sound: async ({ path, portrait, film }) => {
    const report = await inspect(path);
    const { sampleRate, durationSeconds } = report.sound ?? report;
    if (report.kind === 'sound' && !(Number.isFinite(sampleRate) && Number.isFinite(durationSeconds))) throw new Error(`inspect: ${JSON.stringify(report)}`);
    await planFilm({ portrait, sound: path, output: film, ...small });
  },
  film: async ({ path, kind, portrait, sound, motion, film, motionOut, replaces }) => {
    const inputs = { portrait, sound, motion, [kind]: path };
    if (!replaces) await rm(film, { force: true });
    const { frames } = await animate({ ...inputs, output: film, motionOut, duration: 0.4, ...small });
    return { frames };
  },
  jobs: async ({ path, output }) => {
    const { jobs, problems } = await checkJobs({ jobFile: path, output, options: { size: 64 } }, session);
    return { jobs: jobs.length, problems: problems.length };
  },
  motion: async ({ path }) => {
    const { fps, frames } = await readMotion(path);
    if (!(fps > 0 && fps <= 241 && frames.every((frame) => frame.every(Number.isFinite)))) throw new Error('motion that is no numbers');
  },
  model: async ({ path }) => {
    await (await openModel(path, { device: 'cpu' })).close();
  },
  modelFilm: async ({ path, portrait, sound, film, motionOut }) => {
    await rm(film, { force: true });
    const own = openSession();
    try {
      const { frames } = await animate({ portrait, sound, model: path, output: film, motionOut, duration: 0.4, ...small, session: own });
      return { frames };
    } finally {
      await own.close();
    }
  },
};

process.on('message', async (task) => {
  const { id, ...more } = task;
  try {
    process.send({ id, ...(await tasks[task.task](more)) });
  } catch (error) {
    const isKnown = error instanceof AnimateError;
    process.send({ id, error: { code: isKnown ? error.code : 'bug', message: isKnown ? error.message : String(error?.stack ?? error) } });
  }
});
process.on('disconnect', () => process.exit());
