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
