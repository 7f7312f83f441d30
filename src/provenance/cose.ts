/** COSE_Sign1 (RFC 9052, 4.2) over a claim that lies beside it, with the algorithms that C2PA allows (C2PA 2.2, 13.2). */

import { constants, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { type Cbor, CborTag, decodeCbor, encodeCbor } from './cbor.ts';

interface Algorithm {
  readonly name: string;
  /** RFC 9053, tables 1 and 2; RFC 8230, table 1. */
  readonly id: number;
  readonly hash: string | null;
  readonly matches: (key: KeyObject) => boolean;
  readonly signatureBytes: (key: KeyObject) => number;
}

const onCurve = (name: string, id: number, hash: string, curve: string, signatureBytes: number): Algorithm => ({
  ...{ name, id, hash },
  matches: ({ asymmetricKeyType, asymmetricKeyDetails }) => asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === curve,
  signatureBytes: () => signatureBytes,
});

const modulusBits = ({ asymmetricKeyDetails }: KeyObject): number => asymmetricKeyDetails?.modulusLength ?? 0;

const algorithms: readonly Algorithm[] = [
  onCurve('ES256', -7, 'sha256', 'prime256v1', 64),
  onCurve('ES384', -35, 'sha384', 'secp384r1', 96),
  onCurve('ES512', -36, 'sha512', 'secp521r1', 132),
  { name: 'PS256', id: -37, hash: 'sha256', matches: (key) => /^rsa/.test(key.asymmetricKeyType ?? '') && modulusBits(key) >= 2048, signatureBytes: (key) => Math.ceil(modulusBits(key) / 8) },
  { name: 'EdDSA', id: -8, hash: null, matches: (key) => key.asymmetricKeyType === 'ed25519', signatureBytes: () => 64 },
];

export const knownKeys = 'an elliptic curve P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits';

/** Undefined where C2PA has none for such a key. */
export function algorithmOf(key: KeyObject): Algorithm | undefined {
  return algorithms.find(({ matches }) => matches(key));
}

// RFC 9052, 3.1 and RFC 9360, 2: alg and x5chain. C2PA wants both under the signature.
const [algorithmLabel, chainLabel] = [1, 33];
const sign1 = 18;

export interface Signing {
  /** The signer's first, each signed by the next. */
  readonly chain: readonly X509Certificate[];
  readonly key: KeyObject;
}

/** The size depends on the signer alone. With `isTrial` the signature is left empty: only the size counts. */
export function signClaim(claim: Uint8Array, { chain, key }: Signing, isTrial: boolean): Buffer {
  const algorithm = algorithmOf(key);
  if (!algorithm) throw new RangeError('signClaim: no algorithm for this key');
  const certificates = chain.map(({ raw }) => raw);
  const header = encodeCbor(new Map<number, Cbor>([[algorithmLabel, algorithm.id], [chainLabel, certificates.length === 1 ? (certificates[0] as Buffer) : certificates]]));
  const signature = isTrial ? Buffer.alloc(algorithm.signatureBytes(key)) : sign(algorithm.hash, signedBytes(header, claim), keyOptions(key));
  return encodeSign1(header, signature);
}

export function encodeSign1(header: Uint8Array, signature: Uint8Array): Buffer {
  return encodeCbor(new CborTag(sign1, [header, new Map(), null, signature]));
}

export interface SignedHeader {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly algorithm: string;
  readonly chain: readonly X509Certificate[];
}

/** Throws RangeError where it is none of ours. */
export function readSign1(data: Uint8Array): SignedHeader {
  const outer = decodeCbor(data);
  const [header, , , signature] = outer instanceof CborTag && outer.tag === sign1 && Array.isArray(outer.value) ? (outer.value as Cbor[]) : [];
  if (!(header instanceof Uint8Array) || !(signature instanceof Uint8Array)) throw new RangeError('COSE: expected a COSE_Sign1');
  const fields = decodeCbor(header);
  if (!(fields instanceof Map)) throw new RangeError('COSE: expected a header');
  const certificates = [fields.get(chainLabel) ?? []].flat() as Cbor[]; // older ones have them outside the header: not read
  const chain = certificates.map((raw) => {
    if (!(raw instanceof Uint8Array)) throw new RangeError('COSE: expected certificates in the header');
    return readCertificate(raw);
  });
  return { header, signature, chain, algorithm: algorithms.find(({ id }) => id === fields.get(algorithmLabel))?.name ?? 'unknown' };
}

function readCertificate(raw: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(raw);
    void certificate.publicKey; // read on demand: a broken one throws
    return certificate;
  } catch (cause) {
    throw new RangeError('COSE: a certificate cannot be read', { cause });
  }
}

/** Whether the first certificate's key signed `claim`. */
export function isSignedBy(claim: Uint8Array, { header, signature, chain, algorithm }: SignedHeader): boolean {
  const key = chain[0]?.publicKey;
  const known = key && algorithmOf(key);
  if (!known || known.name !== algorithm) return false;
  return verify(known.hash, signedBytes(header, claim), keyOptions(key), signature);
}

/** Sig_structure, RFC 9052, 4.4. */
function signedBytes(header: Uint8Array, claim: Uint8Array): Buffer {
  return encodeCbor(['Signature1', header, new Uint8Array(0), claim]);
}

function keyOptions(key: KeyObject): { key: KeyObject; dsaEncoding?: 'ieee-p1363'; padding?: number; saltLength?: number } {
  if (key.asymmetricKeyType === 'ec') return { key, dsaEncoding: 'ieee-p1363' };
  if (key.asymmetricKeyType === 'ed25519') return { key };
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}
