/** The one error class of the project. Anything else that is thrown is a bug. */

export type AnimateErrorCode =
  | 'bad-option'
  | 'unreadable-input'
  | 'no-face'
  | 'model-missing'
  | 'model-mismatch'
  | 'device-unavailable'
  | 'ffmpeg-missing'
  | 'ffmpeg-failed'
  | 'output-closed'
  | 'cancelled';

export interface AnimateErrorOptions {
  /** What to do about it: the next command to type, or the option to change. */
  hint?: string;
  cause?: unknown;
}

/** A failure that the user can understand and act on. `message` says which thing, what was expected and what came. */
export class AnimateError extends Error {
  override readonly name = 'AnimateError';
  readonly code: AnimateErrorCode;
  readonly hint: string | undefined;

  constructor(code: AnimateErrorCode, message: string, options: AnimateErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** The error for an `AbortSignal` that fired. */
export function cancelledError(signal?: AbortSignal): AnimateError {
  return new AnimateError('cancelled', 'cancelled', { cause: signal?.reason });
}

/** Throws a `cancelled` error when the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelledError(signal);
}

const memoryCodes = ['ENOMEM', 'ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED', 'ERR_MEMORY_ALLOCATION_FAILED'];

/** What looks like a bug and is the machine's doing: no memory left, or the current folder removed. All else comes back as it is. */
export function explainError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AnimateError) return error;
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return new AnimateError('bad-option', 'the current folder is no longer there', { cause: error, hint: 'Go into a folder that is.' });
  if (memoryCodes.includes(code ?? '') || /could not allocate memory|allocation failed|cannot allocate memory|out of memory|bad_alloc|failed to map segment/i.test(message)) {
    return new AnimateError('device-unavailable', `this machine, or the limit set for this program, has too little memory (${message.split('\n')[0]})`, { cause: error, hint: 'Close other programs, or choose a smaller --size, fewer --threads, --jobs 1.' });
  }
  return error;
}
