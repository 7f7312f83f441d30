/** Whether a film is still as it was signed, and what was signed. Checks what this program signs; of others' manifests it tells only what they claim. */

import type { X509Certificate } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { Container, FoundStore } from './binding.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { selfMadeOrganisation } from './certificate.ts';
import { containerOf, headBytes, sidecar, sidecarOf } from './container.ts';
import { encodeSign1, isSignedBy, readSign1, type SignedHeader } from './cose.ts';
import { readUpTo } from './file-bytes.ts';
import { encodeStore, referTo, signatureUri } from './manifest.ts';
import { type Claims, fieldOf, itemsOf, type ReadManifest, readClaims, readStore } from './read-manifest.ts';

/** Who signed: `here` with the certificate of this user, `self-made` with one that another user's program made, `certificate` with one that somebody issued. Nobody's trust is looked up. */
export interface SignerReport {
  readonly kind: 'here' | 'self-made' | 'certificate';
  readonly name: string;
  readonly organisation?: string;
  readonly issuer: string;
  readonly algorithm: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** sha256 of the certificate, hexadecimal. */
  readonly sha256: string;
}

export interface SignatureReport extends Partial<Claims> {
  /** `unchecked`: signed by another program, in a way that is not checked here. */
  readonly state: 'none' | 'valid' | 'invalid' | 'unchecked';
  /** Why it is not valid. */
  readonly problem?: string;
  readonly signer?: SignerReport;
}

export interface VerifyOptions {
  /** Name of the program whose manifests are checked. */
  readonly generator: string;
  /** This user's own certificate, where there is one. */
  readonly own?: X509Certificate | undefined;
  readonly now?: Date;
}

/** Never throws for what is in the file. */
export async function verifyFilm(path: string, options: VerifyOptions): Promise<SignatureReport> {
  const file = await open(path);
  try {
    return await verify(file, path, options);
  } catch (error) {
    if (error instanceof RangeError) return { state: 'invalid', problem: error.message };
    if (isOpensslError(error)) return { state: 'invalid', problem: `its signature cannot be checked (${error.message})` };
    throw error;
  } finally {
    await file.close();
  }
}

async function verify(file: FileHandle, path: string, options: VerifyOptions): Promise<SignatureReport> {
  const found = await findStore(file, path);
  if (!found) return { state: 'none' };
  const manifest = readStore(found.store);
  const claims = readClaims(manifest);
  const signed = manifest.signature && readSign1(manifest.signature);
  if (!manifest.claim || !signed) return { state: 'invalid', problem: 'its manifest lacks the claim or the signature', ...claims };
  const isOurs = claims.generator.name === options.generator;
  if (!isOurs && (signed.chain.length === 0 || isSignedBy(manifest.claim, signed))) return { state: 'unchecked', problem: `signed by ${claims.generator.name}: ask a C2PA reader`, ...claims };
  if (!manifest.isPlain) return { state: 'invalid', problem: 'its manifest has not the parts that this program writes', ...claims };
  const signer = signed.chain[0] && describeSigner(signed.chain[0], signed.algorithm, options.own);
  const problem = (await findProblem(file, found, { ...manifest, claim: manifest.claim }, signed)) ?? findCertificateProblem(signed.chain, options.now ?? new Date());
  return { state: problem === undefined ? 'valid' : 'invalid', ...(problem === undefined ? {} : { problem }), ...(signer ? { signer } : {}), ...claims };
}

function isOpensslError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^ERR_(OSSL|CRYPTO)/.test(String(error.code));
}

interface Found extends FoundStore {
  readonly container: Pick<Container, 'wrap' | 'bind'>;
  /** Everything of it, with what wraps it. */
  readonly written: Buffer;
}

/** In the file, else beside it. */
async function findStore(file: FileHandle, path: string): Promise<Found | undefined> {
  const container = containerOf(await readUpTo(file, 0, headBytes));
  const inside = await container?.find(file);
  if (container && inside) return { container, ...inside, written: await readUpTo(file, inside.place.start, inside.place.size) };
  if (container) return undefined;
  const written = await readFile(sidecarOf(path)).catch(() => undefined);
  return written && { container: sidecar, place: { start: 0, size: 0 }, store: written, written };
}

/** From the signature down to the film's bytes. */
async function findProblem(file: FileHandle, { container, place, written }: Found, manifest: ReadManifest & { claim: Buffer }, signed: SignedHeader): Promise<string | undefined> {
  if (!isSignedBy(manifest.claim, signed)) return 'the signature does not fit the claim: one of them was changed';
  const claim = decodeCbor(manifest.claim);
  if (fieldOf(claim, 'signature') !== signatureUri(manifest.label)) return 'the manifest was renamed after it was signed';
  const listed = itemsOf(fieldOf(claim, 'created_assertions'));
  const isListed = listed.length === manifest.assertions.length && manifest.assertions.every((assertion, index) => encodeCbor(listed[index] ?? null).equals(encodeCbor(referTo(assertion))));
  if (!isListed) return 'what the manifest says of the film is not what was signed';
  const [binding] = manifest.assertions;
  const expected = await container.bind(file, place);
  if (!binding || binding.label !== expected.label || !binding.data.equals(expected.data)) return 'the film was changed after it was signed';
  // What no hash covers: the frame of boxes around the signed parts.
  const again = container.wrap(encodeStore(manifest.label, manifest.assertions, manifest.claim, encodeSign1(signed.header, signed.signature)));
  return again.equals(written) ? undefined : 'the boxes of the manifest were changed after it was signed';
}

function findCertificateProblem(chain: readonly X509Certificate[], now: Date): string | undefined {
  const [signer] = chain;
  if (!signer) return 'there is no certificate with the signature';
  const isChain = chain.slice(1).every((upper, index) => chain[index]?.checkIssued(upper) && chain[index].verify(upper.publicKey));
  if (!isChain) return 'its certificates do not belong together';
  if (now < new Date(signer.validFrom)) return `its certificate is valid from ${signer.validFrom} on`;
  return now > new Date(signer.validTo) ? `its certificate ended on ${signer.validTo}` : undefined;
}

function describeSigner(certificate: X509Certificate, algorithm: string, own: X509Certificate | undefined): SignerReport {
  const organisation = partOf(certificate.subject, 'O');
  return {
    kind: own?.fingerprint256 === certificate.fingerprint256 ? 'here' : organisation === selfMadeOrganisation ? 'self-made' : 'certificate',
    name: nameOf(certificate),
    ...(organisation === undefined ? {} : { organisation }),
    issuer: partOf(certificate.issuer, 'O') ?? partOf(certificate.issuer, 'CN') ?? 'unknown',
    algorithm,
    validFrom: certificate.validFrom,
    validTo: certificate.validTo,
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** The common name on it, else the organisation. */
export function nameOf(certificate: X509Certificate): string {
  return partOf(certificate.subject, 'CN') ?? partOf(certificate.subject, 'O') ?? 'unknown';
}

/** One part of a distinguished name; Node writes one a line. */
function partOf(name: string, part: string): string | undefined {
  return name.split('\n').find((line) => line.startsWith(`${part}=`))?.slice(part.length + 1);
}
