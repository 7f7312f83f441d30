/** Signs a finished film in place, or beside it where its kind has no place for a manifest. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Container } from './binding.ts';
import { containerOf, headBytes, sidecar, sidecarOf } from './container.ts';
import { type Signing, signClaim } from './cose.ts';
import { readUpTo, writeBytes } from './file-bytes.ts';
import { type Assertion, encodeClaim, encodeStore, type Marks, type Statement, statementAssertions } from './manifest.ts';

/** Of files that have a place for a manifest, and of those whose manifest lies beside them. */
const inside: readonly string[] = ['.mp4', '.m4v', '.mov', '.apng', '.gif'];
const beside: readonly string[] = ['.webm', '.mkv'];
export const sealedEndings: readonly string[] = [...inside, ...beside];

/** Where the manifest of a film goes; undefined for what cannot be signed: streams, folders of pictures. */
export function placeOfSeal(path: string): 'inside' | 'beside' | undefined {
  const ending = extname(path).toLowerCase();
  return inside.includes(ending) ? 'inside' : beside.includes(ending) ? 'beside' : undefined;
}

/** Makes the manifest, as it stands in its file, for a hash that binds it to the film. */
type Write = (binding: Assertion, wrap: Container['wrap'], isTrial: boolean) => Buffer;

/** Puts a signed manifest into `file`, the whole film that will be called `film`, or beside it. Memory stays flat: the film is moved and hashed a megabyte at a time. */
export async function sealFilm(file: string, film: string, statement: Statement, signing: Signing): Promise<void> {
  const marks: Marks = { manifest: `urn:c2pa:${randomUUID()}`, instance: randomUUID() };
  const fixed = statementAssertions(statement);
  const write: Write = (binding, wrap, isTrial) => {
    const assertions = [binding, ...fixed];
    const claim = encodeClaim(statement.generator, assertions, marks);
    return wrap(encodeStore(marks.manifest, assertions, claim, signClaim(claim, signing, isTrial)));
  };
  const opened = await open(file, 'r+');
  try {
    if (placeOfSeal(film) === 'beside') return await writeBeside(opened, file, film, write);
    const container = containerOf(await readUpTo(opened, 0, headBytes));
    if (!container) throw new RangeError('sealFilm: no place for a manifest in this kind of file');
    await writeInside(opened, container, write);
  } finally {
    await opened.close();
  }
}

/** Its size is known before the hash is, so the manifest is made more than once. */
async function writeInside(file: FileHandle, container: Container, write: Write): Promise<void> {
  const start = await container.placeIn(file);
  const { wrap, bind } = container;
  let trial: Buffer = Buffer.alloc(0);
  for (let size = -1; trial.length !== size; ) {
    size = trial.length;
    trial = write(await bind(undefined, { start, size }), wrap, true); // where its size stands in it, right after a few rounds
  }
  await container.makeRoom(file, start, trial.length);
  await writeBytes(file, trial, start);
  const made = write(await bind(file, { start, size: trial.length }), wrap, false);
  if (made.length !== trial.length) throw new Error('sealFilm: the manifest changed its size');
  await writeBytes(file, made, start);
}

/** Under a temporary name first: of the film's own, so that it is cleaned up with it. */
async function writeBeside(opened: FileHandle, file: string, film: string, write: Write): Promise<void> {
  const made = write(await sidecar.bind(opened, { start: 0, size: 0 }), sidecar.wrap, false);
  const draft = `${file.slice(0, -extname(file).length)}.c2pa`;
  try {
    await writeFile(draft, made);
    await rename(draft, sidecarOf(film));
  } finally {
    await rm(draft, { force: true });
  }
}
