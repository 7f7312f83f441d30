/** Checks all jobs of a batch before the first one runs: options, files, faces, models, and that no film overwrites another or an input. */
import { availableParallelism } from 'node:os';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lateStartError } from '../audio/sound.ts';
import { byproductNames, checkByproducts } from '../byproducts.ts';
import { createMemo } from '../cache.ts';
import { AnimateError, throwIfCancelled } from '../errors.ts';
import { estimateFilm, startSeconds } from '../estimate.ts';
import { fingerprintFilm } from '../fingerprint.ts';
import { refuseAddresses } from '../local-path.ts';
import type { Model } from '../model/open.ts';
import { openTake } from '../capture/track/take.ts';
import { driveByFile } from '../driver.ts';
import { type OptionValues, resolveOptions } from '../options.ts';
import { measureFilm } from '../plan.ts';
import { checkRequest, completeOptions, inputsOf, separateSound } from '../request.ts';
import { openSealing } from '../sealing.ts';
import { openSession, type Session } from '../session.ts';
import { readFingerprint } from '../video/fingerprint.ts';
import { checkOutput, findEncoder, isThere } from '../video/check-output.ts';
import { type Output, stdout, warningsOf } from '../video/output.ts';
import { checkMark } from '../watermark/mark.ts';
import { folderOf, type Job, problemOf, resultsName } from './job.ts';
import { defaultJobsAtOnce } from './at-once.ts';
import { findClashes } from './outputs.ts';
import { inTurns } from './in-turns.ts';
import { readJobs } from './read-jobs.ts';
import type { BatchCheck, BatchRequest, CheckedJob } from './request.ts';
import { takeShard } from './shard.ts';
import { lookAtSounds, type SoundLook } from './sounds.ts';

const checksAtOnce = 4; // each may hold a picture of 150 MB

/** Throws where the batch as a whole cannot be read; what is wrong with single jobs comes as `problems`. */
export async function checkBatch(request: BatchRequest): Promise<BatchCheck> {
  const session = openSession({ signal: request.signal });
  try {
    return await checkJobs(request, session);
  } finally {
    await session.close();
  }
}

/** The same with a session that the films will have too. */
export async function checkJobs(request: BatchRequest, session: Session): Promise<BatchCheck> {
  const { jobFile, output, shard, signal } = request;
  const read = await readJobs(request);
  const problems = [...read.problems, ...(await findClashes(read.jobs, jobFile))];
  const jobs = shard === undefined ? read.jobs : takeShard(read.jobs, shard);
  /** Undefined where `work` fails, which is then a problem of the job. */
  const attempt = async <T>(job: Job, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      throwIfCancelled(signal);
      return await work();
    } catch (error) {
      if (error instanceof AnimateError && error.code === 'cancelled') throw error;
      problems.push(problemOf(job.line, error));
      return undefined;
    }
  };

  const wished = new Map(jobs.map((job) => [job, resolveOptions(job.options).values] as const));
  const first = jobs[0];
  const ffmpeg = first && (await session.ffmpeg((wished.get(first) as OptionValues).ffmpeg));
  const models = openModels([...wished.values()], session);
  const sounds = ffmpeg ? await lookAtSounds(jobs.filter(({ sound }) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(sound)).map(({ sound }) => sound), ffmpeg.path, signal) : new Map<string, SoundLook>();
  const found = createMemo<string>();
  const encoders: Around['encoders'] = (path, film) => found(JSON.stringify([path, film.coding]), () => findEncoder(path, film, signal));
  const checked: (CheckedJob | undefined)[] = [];
  const cores = availableParallelism();
  await inTurns(jobs, checksAtOnce, async (job, index) => {
    checked[index] = await checkJob(job, wished.get(job) as OptionValues, { request, session, models, sounds, encoders, cores, attempt });
  });

  const bad = new Set(problems.map(({ line }) => line));
  const kept = checked.filter((job) => job !== undefined && !bad.has(job.line)) as CheckedJob[];
  const toMake = kept.filter(({ action }) => action !== 'skip');
  const jobsAtOnce = Math.max(1, Math.min(request.jobsAtOnce ?? defaultJobsAtOnce(toMake), Math.max(1, toMake.length)));
  return {
    source: jobFile ?? (request.jobs ? 'job' : '--sounds'),
    jobs: kept,
    problems: problems.sort((a, b) => a.line - b.line),
    jobsAtOnce,
    resultsFile: resultsName({ folder: output ?? folderOf(jobFile), shard }),
    estimate: { seconds: toMake.reduce((sum, job) => sum + job.estimate.seconds - startSeconds, startSeconds), bytes: toMake.reduce((sum, job) => sum + job.estimate.bytes, 0) },
  };
}

/** Each model once, in the background. */
function openModels(values: readonly OptionValues[], session: Session): (values: OptionValues) => Promise<Model> {
  for (const each of values) session.model(each).catch(() => {}); // whoever needs it hears of it
  return (each) => session.model(each);
}

interface Around {
  readonly request: BatchRequest;
  readonly session: Session;
  readonly models: (values: OptionValues) => Promise<Model>;
  readonly sounds: ReadonlyMap<string, SoundLook>;
  /** Throws where an ffmpeg cannot write a film; each kind is asked for once. */
  readonly encoders: (ffmpegPath: string, output: Output) => Promise<string>;
  readonly cores: number;
  readonly attempt: <T>(job: Job, work: () => Promise<T>) => Promise<T | undefined>;
}

/** Undefined for a job with problems; each thing about it is tried, so that all are told at once. */
async function checkJob(job: Job, wished: OptionValues, { request, session, models, sounds, encoders, cores, attempt }: Around): Promise<CheckedJob | undefined> {
  const { portrait, sound, options } = job;
  const areFiles = await attempt(job, async () => {
    refuseAddresses({ portrait, sound, motion: wished.motion, driving: wished.driving, watermark: wished.watermark });
    checkRequest({ sound }, wished);
    return true;
  });
  if (!areFiles) return undefined;
  const targets = await attempt(job, async () => {
    const inputs = inputsOf({ portrait, sound }, wished);
    if (options.output === stdout) throw new AnimateError('bad-option', 'output: expected a file, got "-"', { hint: 'Only a single film goes to stdout.' });
    const output = await checkOutput(options.output, inputs, { ...wished, isDry: true, makesFolder: true });
    if (wished.watermark !== undefined) await checkMark(wished.watermark);
    await openSealing(wished, output.path, { isDry: true });
    return { output, beside: Object.values(await checkByproducts(wished, inputs, output.path, { isDry: true, makesFolder: true })) };
  });
  const performed = await attempt(job, async () => ({ take: wished.driving === undefined ? undefined : await openTake(wished.driving, { ffmpegPath: (await session.ffmpeg(wished.ffmpeg)).path, signal: request.signal }) }));
  if (!performed) return undefined;
  const ownSound = separateSound({ sound }, wished);
  const heard = await attempt(job, async () => ({ seconds: lengthOf(sound, ownSound === undefined ? performed.take : sounds.get(sound), wished) }));
  const recording = await attempt(job, async () => ({ recording: wished.motion === undefined ? undefined : await driveByFile(wished.motion, wished) }));
  const seen = await attempt(job, async () => {
    const { path: ffmpeg } = await session.ffmpeg(wished.ffmpeg);
    if (targets) await encoders(ffmpeg, targets.output);
    await session.picture(portrait, wished); // a picture that is none is told before a model that is none
    const model = await models(wished);
    return { model, values: completeOptions(options, model.manifest).values, found: await session.face(portrait, wished, model) };
  });
  if (!targets || !heard || !recording || !seen) return undefined;

  const { output, beside } = targets;
  const { model, values, found } = seen;
  const { seconds: durationSeconds } = heard;
  const film = measureFilm(found, values);
  const isSame = async (): Promise<boolean> => {
    const stored = await readFingerprint(output.path);
    if (stored === undefined) return false;
    for (const file of beside) if (file !== undefined && !(await stat(file).catch(() => undefined))) return false;
    return stored === (await fingerprintFilm(job, values, model.manifest, session.hash)).fingerprint;
  };
  return {
    ...job,
    durationSeconds,
    width: film.width,
    height: film.height,
    action: !(await isThere(output)) ? 'make' : request.skipExisting && (await isSame()) ? 'skip' : 'replace',
    estimate: estimateFilm({ ...film, durationSeconds: durationSeconds ?? 0, values, output, cores }),
    warnings: [...found.warnings, ...(durationSeconds === undefined ? [] : (recording.recording?.warningsFor(durationSeconds) ?? [])), ...warningsOf(output, values.noSound)],
  };
}

/** Of the part that is used. */
function lengthOf(sound: string, look: SoundLook | undefined, { start, duration, fps }: OptionValues): number | undefined {
  if (look === undefined || 'error' in look) throw look?.error ?? new Error(`${sound} was not looked at`);
  const whole = look.durationSeconds;
  if (whole === undefined) return duration;
  if (start >= whole) throw lateStartError(sound, start, whole);
  const used = Math.min(whole - start, duration ?? Number.POSITIVE_INFINITY);
  if (used * fps < 1 - 1e-9) throw new AnimateError('unreadable-input', `${sound}: expected at least one frame of sound at ${fps} frames/s, got ${Math.round(used * 1e5) / 100} ms`, { hint: 'Use a longer sound, or an earlier start.' });
  return used;
}

/** Where films and results go. */
export function foldersOf(check: BatchCheck): string[] {
  return [...new Set([dirname(check.resultsFile), ...check.jobs.filter(({ action }) => action !== 'skip').flatMap(({ options }) => [options.output, ...byproductNames.flatMap((name) => options[name] ?? [])].map(dirname))])];
}
