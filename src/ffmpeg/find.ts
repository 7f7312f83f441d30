/** Finds an ffmpeg that really starts: the one asked for, the system's, or the one that npm brought along. */

import { type ExecFileException, execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { AnimateError } from '../errors.ts';

export type FfmpegSource = '--ffmpeg' | 'ANIMATE_FFMPEG' | 'PATH' | 'bundled';

export interface FoundFfmpeg {
  path: string;
  source: FfmpegSource;
  /** As the program prints it, for example `5.1.9-0+deb12u1`. */
  version: string;
}

// Cold start of a dynamically linked build from a network drive can take seconds.
const startLimitMilliseconds = 20_000;

/**
 * The first ffmpeg that starts, in this order: `path`, the variable ANIMATE_FFMPEG, the folders of PATH, the bundled program.
 * The first two are explicit wishes: when such a one does not start, nothing else is tried. A program in PATH without the H.264 encoder is passed over.
 */
export async function findFfmpeg(options: { path?: string | undefined } = {}): Promise<FoundFfmpeg> {
  const wished = process.env['ANIMATE_FFMPEG'];
  if (options.path && options.path !== wished) return startExplicit(options.path, '--ffmpeg');
  if (wished) return startExplicit(wished, 'ANIMATE_FFMPEG');

  const refusals: string[] = [];
  for (const path of await executablesInPath()) {
    const started = await start(path);
    if (typeof started === 'object' && started.hasH264) return { path, source: 'PATH', version: started.version };
    refusals.push(`${path} in PATH (${typeof started === 'object' ? 'has no H.264 encoder' : started})`);
  }
  if (refusals.length === 0) refusals.push('PATH (holds no ffmpeg)');

  const bundled = await bundledPath();
  if (bundled.path !== undefined) {
    const started = await start(bundled.path);
    if (typeof started === 'object') return { path: bundled.path, source: 'bundled', version: started.version };
    refusals.push(`the bundled ${bundled.path} (${started})`);
  } else {
    refusals.push(`the bundled one (${bundled.reason})`);
  }
  throw new AnimateError('ffmpeg-missing', `no ffmpeg that starts; tried ${refusals.join(', ')}`, {
    hint: 'Install ffmpeg, or give the path of one with --ffmpeg or ANIMATE_FFMPEG.',
  });
}

async function startExplicit(path: string, source: '--ffmpeg' | 'ANIMATE_FFMPEG'): Promise<FoundFfmpeg> {
  const started = await start(path);
  if (typeof started === 'object') return { path, source, version: started.version };
  throw new AnimateError('ffmpeg-missing', `${source}: expected an ffmpeg program, got "${path}" (${started})`, {
    hint: `Give the path of a working ffmpeg, or leave ${source} out to use the one in PATH or the bundled one.`,
  });
}

/** Runs `path -version`. Returns what it is, or in words why it is not an ffmpeg. */
function start(path: string): Promise<{ version: string; hasH264: boolean } | string> {
  return new Promise((resolve) => {
    execFile(path, ['-version'], { timeout: startLimitMilliseconds, windowsHide: true }, (error, stdout) => {
      const version = /^ffmpeg version (\S+)/m.exec(stdout)?.[1];
      if (version) resolve({ version, hasH264: /--enable-libx264|--enable-libopenh264/.test(stdout) });
      else if (error) resolve(reasonOf(error));
      else resolve('does not answer -version as ffmpeg does');
    });
  });
}

function reasonOf(error: ExecFileException): string {
  if (error.code === 'ENOENT') return 'no such file';
  if (error.code === 'EACCES') return 'not executable';
  if (error.killed) return `no answer within ${startLimitMilliseconds / 1000} s`;
  return typeof error.code === 'number' ? `exits with status ${error.code}` : error.message;
}

async function executablesInPath(): Promise<string[]> {
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = [...new Set(folders)].map((folder) => join(folder, name));
  const found = await Promise.all(paths.map((path) => access(path, constants.X_OK).then(() => true, () => false)));
  return paths.filter((_, index) => found[index]);
}

/** The program in npm's @ffmpeg-installer. The package throws a string on platforms it has no program for. */
async function bundledPath(): Promise<{ path: string } | { path: undefined; reason: string }> {
  try {
    const installer = await import('@ffmpeg-installer/ffmpeg');
    return { path: installer.default.path };
  } catch (error) {
    return { path: undefined, reason: error instanceof Error ? error.message : String(error) };
  }
}
