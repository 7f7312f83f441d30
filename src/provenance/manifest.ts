/** What a film says of its making, as a C2PA manifest (C2PA 2.2, chapters 9 to 13): assertions, the claim that lists them, its signature. */

import { createHash } from 'node:crypto';
import { type Cbor, type CborMap, CborTag, encodeCbor, mapOf } from './cbor.ts';
import { encodeBox, encodeSuperBox } from './jumbf.ts';

/** http://cv.iptc.org/newscodes/digitalsourcetype: made by a trained model. */
export const trainedAlgorithmicMedia = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
export const createdAction = 'c2pa.created';

export interface Statement {
  readonly generator: { readonly name: string; readonly version: string };
  readonly when: Date;
  /** What the film was made from; `sha256` of the whole file, hexadecimal. Neither names nor paths: they tell people. */
  readonly ingredients: readonly { readonly title: string; readonly sha256: string }[];
}

export interface Assertion {
  readonly label: string;
  /** CBOR. */
  readonly data: Buffer;
}

/** Two random marks of one film: UUIDs. */
export interface Marks {
  readonly manifest: string;
  readonly instance: string;
}

export const actionsLabel = 'c2pa.actions.v2';
export const ingredientLabel = 'c2pa.ingredient.v3';
export const claimLabel = 'c2pa.claim.v2';
const dateTime = 0; // RFC 8949, 3.4.1
const hashUriScheme = 'ni:///sha-256;'; // RFC 6920

/** Those that say what the film is, in order. The hash of the film's bytes comes on top. */
export function statementAssertions({ generator, when, ingredients }: Statement): Assertion[] {
  const sources = ingredients.map(({ title, sha256 }, index): Assertion => {
    const fields = mapOf({ 'dc:title': title, relationship: 'inputTo', instanceID: `${hashUriScheme}${Buffer.from(sha256, 'hex').toString('base64url')}`, description: `sha256 ${sha256}` });
    return { label: index === 0 ? ingredientLabel : `${ingredientLabel}__${index}`, data: encodeCbor(fields) };
  });
  const action = mapOf({
    action: createdAction,
    digitalSourceType: trainedAlgorithmicMedia,
    softwareAgent: mapOf(generator),
    when: new CborTag(dateTime, `${when.toISOString().slice(0, 19)}Z`),
    ...(sources.length === 0 ? {} : { parameters: mapOf({ ingredients: sources.map(referTo) }) }),
  });
  return [...sources, { label: actionsLabel, data: encodeCbor(mapOf({ actions: [action] })) }];
}

/** sha256, hexadecimal, of an ingredient as written above. */
export function ingredientHash(instance: Cbor | undefined): string | undefined {
  return typeof instance === 'string' && instance.startsWith(hashUriScheme) ? Buffer.from(instance.slice(hashUriScheme.length), 'base64url').toString('hex') : undefined;
}

export function encodeClaim(generator: Statement['generator'], assertions: readonly Assertion[], { manifest, instance }: Marks): Buffer {
  return encodeCbor(
    mapOf({
      alg: 'sha256',
      instanceID: `xmp:iid:${instance}`,
      claim_generator_info: mapOf(generator),
      signature: signatureUri(manifest),
      created_assertions: assertions.map(referTo),
    }),
  );
}

/** The manifest store, ready for its place in a file. */
export function encodeStore(label: string, assertions: readonly Assertion[], claim: Uint8Array, signature: Uint8Array): Buffer {
  const manifest = encodeSuperBox('c2ma', label, [
    encodeSuperBox('c2as', 'c2pa.assertions', assertions.map(encodeAssertion)),
    encodeSuperBox('c2cl', claimLabel, [encodeBox('cbor', claim)]),
    encodeSuperBox('c2cs', 'c2pa.signature', [encodeBox('cbor', signature)]),
  ]);
  return encodeSuperBox('c2pa', 'c2pa', [manifest]);
}

function encodeAssertion({ label, data }: Assertion): Buffer {
  return encodeSuperBox('cbor', label, [encodeBox('cbor', data)]);
}

/** Where a manifest's signature lies. */
export function signatureUri(label: string): string {
  return `self#jumbf=/c2pa/${label}/c2pa.signature`;
}

/** A hashed URI (C2PA 2.2, 8.4.2): over the box without its header. */
export function referTo(assertion: Assertion): CborMap {
  const hash = createHash('sha256').update(encodeAssertion(assertion).subarray(8)).digest();
  return mapOf({ url: `self#jumbf=c2pa.assertions/${assertion.label}`, hash });
}
