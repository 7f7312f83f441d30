/** How many films are made at a time. */
import { availableParallelism } from 'node:os';
import process from 'node:process';

// Measured, docs/batch.md: films at a time keep the cores busy where one film waits, for its model, its sound or its end; more than four gain nothing that threads do not.
const mostAtOnce = 4;
const baseBytes = 90e6;
// Frame buffers, textures and meshes of a renderer, and the encoder's.
const bytesPerPixel = 160;

/** Within the cores and the free memory of this machine, or of the container that this runs in. */
export function defaultJobsAtOnce(jobs: readonly { width: number; height: number }[], cores = availableParallelism(), freeBytes = process.availableMemory()): number {
  const largest = jobs.reduce((most, { width, height }) => Math.max(most, width * height), 0);
  const fitting = Math.floor((freeBytes * 0.7) / (baseBytes + largest * bytesPerPixel));
  return Math.max(1, Math.min(cores, mostAtOnce, fitting));
}

/** Threads of one film, where nobody said otherwise. */
export function threadsPerJob(atOnce: number, cores = availableParallelism()): number {
  return Math.max(1, Math.ceil(cores / atOnce));
}
