/** Films of a batch that would overwrite one another, or what films of it are made from. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { byproductNames } from '../byproducts.ts';
import { resolveOptions } from '../options.ts';
import { sequenceOf } from '../video/sequence.ts';
import type { BatchProblem, Job } from './job.ts';

const foldsCase = process.platform === 'win32' || process.platform === 'darwin';

/** A problem for every job whose output an earlier job has, or that is an input of any job or the job file itself. */
export async function findClashes(jobs: readonly Job[], jobFile: string | undefined): Promise<BatchProblem[]> {
  const folders = new Map<string, Promise<string>>();
  const nameOf = async (path: string): Promise<string> => {
    const folder = dirname(path);
    if (!folders.has(folder)) folders.set(folder, realFolder(folder));
    const name = join(await (folders.get(folder) as Promise<string>), basename(path));
    return foldsCase ? name.toLowerCase() : name;
  };
  const identities = new Map<string, Promise<string>>();
  const identityOf = (path: string): Promise<string> => {
    if (!identities.has(path)) identities.set(path, stat(path, { bigint: true }).then(({ dev, ino }) => (ino === 0n ? nameOf(path) : `${dev}:${ino}`), () => nameOf(path)));
    return identities.get(path) as Promise<string>;
  };

  const inputs = new Map<string, string>();
  if (jobFile !== undefined) inputs.set(await identityOf(resolve(jobFile)), 'the job file');
  const settled = jobs.map((job) => ({ job, values: resolveOptions(job.options).values }));
  for (const { job, values } of settled) {
    for (const path of [job.portrait, job.sound, values.motion]) if (path !== undefined) inputs.set(await identityOf(path), `the input ${path}`);
  }
  const problems: BatchProblem[] = [];
  const taken = new Map<string, number>();
  for (const { job, values } of settled) {
    for (const [flag, path] of [['output', job.options.output], ...byproductNames.map((name) => [name, values[name]] as const)] as const) {
      if (path === undefined) continue;
      const name = await nameOf(sequenceOf(path)?.folder ?? resolve(path));
      const input = inputs.get(await identityOf(resolve(path)));
      const earlier = taken.get(name);
      const refuse = (message: string, hint: string): void => void problems.push({ line: job.line, code: 'bad-option', message: `${flag}: ${message}, got "${path}"`, hint });
      if (input !== undefined) refuse(`expected another file than ${input}`, 'Give another name.');
      else if (earlier !== undefined) refuse(`expected another file than that of line ${earlier}`, 'Give each job an output of its own.');
      else taken.set(name, job.line);
    }
  }
  return problems;
}

/** Without symbolic links, as far as the path is there. */
async function realFolder(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => undefined);
  if (real !== undefined || dirname(folder) === folder) return real ?? folder;
  return join(await realFolder(dirname(folder)), basename(folder));
}
