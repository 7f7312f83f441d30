/** What callers of a batch ask for, hear and get. */
import type { AnimateErrorCode } from '../errors.ts';
import type { ProgressEvent } from '../events.ts';
import type { FilmEstimate } from '../estimate.ts';
import type { AnimateOptions } from '../options.ts';
import type { BatchJob, BatchProblem, Job } from './job.ts';
import type { Shard } from './shard.ts';

/** One of `jobFile`, `jobs` and `sounds` says what is to be made. */
export interface BatchRequest {
  /** A file that ends in .csv, .jsonl or .json. Its paths are relative to its folder. */
  jobFile?: string | undefined;
  /** Paths are relative to the working folder. */
  jobs?: readonly BatchJob[] | undefined;
  /** Of jobs that name none. */
  portrait?: string | undefined;
  /** Files or patterns with * and ?: a film for each, with `portrait`. */
  sounds?: readonly string[] | undefined;
  /** Folder of the films and of results.jsonl; made where it is missing. Default: beside the job file. */
  output?: string | undefined;
  /** Of jobs that say nothing else. */
  options?: AnimateOptions | undefined;
  /** Films at a time. Default: docs/batch.md. */
  jobsAtOnce?: number | undefined;
  /** Goes on after a job that fails, and past jobs that cannot start. Default: stops. */
  keepGoing?: boolean | undefined;
  /** Leaves out jobs whose film is there already, made of the same things. */
  skipExisting?: boolean | undefined;
  /** The part of the batch that is made here. */
  shard?: Shard | undefined;
  /** Ends the work, which then throws AnimateError `cancelled`. */
  signal?: AbortSignal | undefined;
  onProgress?: ((event: BatchEvent) => void) | undefined;
}

/** A job that passed every check. */
export interface CheckedJob extends Job {
  /** Of the sound that is used; undefined where the file's header does not say. */
  readonly durationSeconds: number | undefined;
  /** Of the film, pixels. */
  readonly width: number;
  readonly height: number;
  /** `skip`: it is there already, made of the same things. */
  readonly action: 'make' | 'replace' | 'skip';
  readonly estimate: FilmEstimate;
  readonly warnings: readonly string[];
}

export interface BatchCheck {
  /** What the jobs came from, for messages. */
  readonly source: string;
  /** Of this shard, in the order of the file. */
  readonly jobs: readonly CheckedJob[];
  /** By line. */
  readonly problems: readonly BatchProblem[];
  /** Of films at a time. */
  readonly jobsAtOnce: number;
  /** Where results are told of. */
  readonly resultsFile: string;
  /** All jobs that are not skipped, together. */
  readonly estimate: FilmEstimate;
}

/** A line of results.jsonl. */
export interface JobResult {
  readonly line: number;
  readonly status: 'done' | 'skipped' | 'failed';
  readonly portrait?: string;
  readonly sound?: string;
  /** Absolute path of the film. */
  readonly output?: string;
  readonly fingerprint?: string;
  /** As in `AnimateResult`. */
  readonly framesSha256?: string;
  readonly frames?: number;
  readonly durationSeconds?: number;
  /** That the job took. */
  readonly seconds?: number;
  readonly warnings?: readonly string[];
  readonly error?: { readonly code: AnimateErrorCode | 'bug'; readonly message: string; readonly hint?: string | undefined };
  /** When it ended: ISO 8601. */
  readonly time: string;
}

export interface BatchResult {
  readonly jobs: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Not begun, because another failed. */
  readonly left: number;
  readonly seconds: number;
  readonly resultsFile: string;
  /** In the order in which they ended. */
  readonly results: readonly JobResult[];
}

export type BatchEvent =
  | { readonly checked: BatchCheck }
  /** `number`: how many have begun. */
  | { readonly started: CheckedJob; readonly number: number; readonly total: number }
  | { readonly running: CheckedJob; readonly event: ProgressEvent }
  /** `number`: how many have ended. */
  | { readonly ended: JobResult; readonly number: number; readonly total: number };
