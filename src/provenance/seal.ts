/** Signs a finished film in place. */

import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { encodeManifestBox, hashAssertion, hashFilm, makeRoom, readTopBoxes, writeBytes } from './bmff.ts';
import { type Signing, signClaim } from './cose.ts';
import { encodeClaim, encodeStore, type Marks, type Statement, statementAssertions } from './manifest.ts';

/** Of files that have a place for a manifest. */
export const sealedEndings: readonly string[] = ['.mp4', '.m4v', '.mov'];

export function canBeSealed(path: string): boolean {
  return sealedEndings.includes(extname(path).toLowerCase());
}

/** Puts a signed manifest into `path`. Memory stays flat: an hour's film is moved and hashed a megabyte at a time. */
export async function sealFilm(path: string, statement: Statement, signing: Signing): Promise<void> {
  const marks: Marks = { manifest: `urn:c2pa:${randomUUID()}`, instance: randomUUID() };
  const fixed = statementAssertions(statement);
  // All sizes are known before the hash is: the box is made twice.
  const makeBox = (hash: Buffer, isTrial: boolean): Buffer => {
    const assertions = [hashAssertion(hash), ...fixed];
    const claim = encodeClaim(statement.generator, assertions, marks);
    return encodeManifestBox(encodeStore(marks.manifest, assertions, claim, signClaim(claim, signing, isTrial)));
  };
  const trial = makeBox(Buffer.alloc(32), true);
  const file = await open(path, 'r+');
  try {
    const place = await makeRoom(file, await readTopBoxes(file), trial.length);
    await writeBytes(file, trial, place);
    const boxes = await readTopBoxes(file);
    const own = boxes.find(({ start }) => start === place);
    if (own?.size !== trial.length) throw new Error('sealFilm: the room made has another size than the manifest');
    const box = makeBox(await hashFilm(file, boxes, own), false);
    if (box.length !== trial.length) throw new Error('sealFilm: the manifest changed its size');
    await writeBytes(file, box, place);
  } finally {
    await file.close();
  }
}
