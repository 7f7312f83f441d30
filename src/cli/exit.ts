/** How the command ends: its status, and what it says when it fails. */

import process from 'node:process';
import { AnimateError, type AnimateErrorCode } from '../errors.ts';
import { version } from '../version.ts';

/** Described in docs/errors.md. */
export const statusMeanings: Readonly<Record<number, string>> = { 0: 'done', 1: 'bug', 2: 'bad option or input', 3: 'model', 4: 'device', 5: 'ffmpeg', 6: 'a check failed (doctor, models check)', 10: 'some jobs of a batch failed', 130: 'interrupted', 141: 'the reader of -o - went away' };

/** Of `doctor` and `models check`, when something is not as it should be. */
export const checkFailed = 6;

/** Of `batch`, when films are missing in the end. */
export const someFailed = 10;

const statusOf: Record<AnimateErrorCode, number> = {
  'bad-option': 2,
  'unreadable-input': 2,
  'no-face': 2,
  'model-missing': 3,
  'model-mismatch': 3,
  'device-unavailable': 4,
  'ffmpeg-missing': 5,
  'ffmpeg-failed': 5,
  cancelled: 130,
  'output-closed': 141, // as a program that SIGPIPE ends
};

export function exitStatus(error: unknown): number {
  return error instanceof AnimateError ? statusOf[error.code] : 1;
}

/** The lines for stderr. `isVerbose` adds what lies behind an `AnimateError`. */
export function describeError(error: unknown, isVerbose: boolean): string {
  if (!(error instanceof AnimateError)) return describeBug(error);
  if (error.code === 'cancelled') return 'cancelled\n';
  if (error.code === 'output-closed' && !isVerbose) return '';
  const lines = [`error: ${error.message}`];
  if (error.hint !== undefined) lines.push(error.hint);
  if (isVerbose && error.cause !== undefined) lines.push(`cause: ${error.cause instanceof Error ? error.cause.message : String(error.cause)}`);
  return `${lines.join('\n')}\n`;
}

function describeBug(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${stack}\nThis is a bug in animate ${version} (Node ${process.version}, ${process.platform} ${process.arch}). Please report it with the lines above and the command you typed.\n`;
}

/** What `--json` prints on stdout instead of a result. */
export function errorJson(error: unknown): string {
  const known = error instanceof AnimateError;
  const message = error instanceof Error ? error.message : String(error);
  return JSON.stringify({ error: { code: known ? error.code : 'bug', message, ...(known && error.hint !== undefined ? { hint: error.hint } : {}) } });
}
