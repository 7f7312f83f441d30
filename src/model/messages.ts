/** What the main thread and the network worker say to each other. */
import { AnimateError, type AnimateErrorCode } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { DeviceName, Refusal } from './device.ts';
import type { NetworkFile, SessionOptions } from './session.ts';

export type Request = { id: number } & ({ kind: 'open'; files: readonly NetworkFile[]; options: Pick<SessionOptions, 'device' | 'threads'> } | { kind: 'run'; network: string; inputs: Record<string, Tensor> });

export type Reply = { id: number } & ({ kind: 'opened'; used: DeviceName; refused: Refusal[] } | { kind: 'ran'; outputs: Record<string, Tensor> } | { kind: 'failed'; error: PlainError });

/** An error as plain data: structured clones lose classes. */
export interface PlainError {
  code?: AnimateErrorCode;
  message: string;
  hint?: string;
  stack?: string;
}

export function toPlainError(error: unknown): PlainError {
  if (error instanceof AnimateError) return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  if (error instanceof Error) return { message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
  return { message: String(error) };
}

export function fromPlainError({ code, message, hint, stack }: PlainError): Error {
  if (code) return new AnimateError(code, message, hint === undefined ? {} : { hint });
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
