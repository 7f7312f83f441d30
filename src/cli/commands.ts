/** The commands beside making a film. Their work is loaded when one of them runs: `animate --help` must be quick. */
import type { Command } from 'commander';
import { addBatch } from './batch.ts';
import { addCapture } from './capture.ts';
import { addCompletion } from './completion.ts';
import { addConsent } from './consent.ts';
import type { CommandContext } from './context.ts';
import { addDoctor } from './doctor.ts';
import { addInspect } from './inspect.ts';
import { addMan } from './man.ts';
import { addModels } from './models.ts';
import { type Outline, outlineOf } from './outline.ts';
import { createProgram } from './program.ts';

export function addCommands(program: Command, context: CommandContext): void {
  for (const add of [addBatch, addCapture, addDoctor, addInspect, addModels, addCompletion, addMan, addConsent]) add(program, context);
}

/** The command line as it is, for what is generated from it. Nothing in it can be run. */
export function currentOutline(): Outline {
  const program = createProgram(async () => {});
  const around = { writeOut: () => {}, writeError: () => {}, environment: {}, signal: new AbortController().signal, loadLibrary: () => Promise.reject(new Error('only an outline')) };
  addCommands(program, { around, asked: { json: false, verbose: false }, end: () => {} });
  return outlineOf(program);
}
