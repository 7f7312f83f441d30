/** A certificate of one's own making, as C2PA's profile wants it (C2PA 2.2, 14.5.1): two of them, since a certificate may not sign itself. */

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** Subject of every certificate made here: tells it from bought ones. */
export const selfMadeOrganisation = 'animate (self-made certificate)';
// Without a time stamp from outside a signature ends with its certificate.
const validYears = 20;

/** PEM: both certificates, the signer's first, and the signer's key (PKCS #8). The key of the upper one is thrown away, so nothing else can be signed in its name. */
export function makeCertificates(now = new Date(), signer = makeKeys()): { certificates: string; key: string } {
  const root = makeKeys();
  const mark = randomBytes(4).toString('hex'); // no names: a certificate travels with every film
  const [rootName, signerName] = [`animate root ${mark}`, `animate ${mark}`];
  const made = { now, issuer: rootName, issuerKey: root };
  const upper = makeCertificate({ ...made, subject: rootName, subjectKey: root.publicKey, isRoot: true });
  const lower = makeCertificate({ ...made, subject: signerName, subjectKey: signer.publicKey, isRoot: false });
  return { certificates: toPem(lower) + toPem(upper), key: String(signer.privateKey.export({ type: 'pkcs8', format: 'pem' })) };
}

/** ECDSA on P-256: what every reader knows. */
function makeKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

interface CertificateRequest {
  readonly now: Date;
  readonly issuer: string;
  readonly issuerKey: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly subject: string;
  readonly subjectKey: KeyObject;
  readonly isRoot: boolean;
}

/** RFC 5280, 4.1. Keys are on P-256, signatures ecdsa-with-SHA256. */
function makeCertificate({ now, issuer, issuerKey, subject, subjectKey, isRoot }: CertificateRequest): Buffer {
  const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));
  const begin = new Date(now.getTime() - 86_400_000); // clocks differ
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + validYears);
  const critical = der(0x01, Buffer.from([0xff]));
  const extensions = [
    sequence(identifier('2.5.29.19'), critical, octets(isRoot ? sequence(der(0x01, Buffer.from([0xff]))) : sequence())), // basicConstraints
    sequence(identifier('2.5.29.15'), critical, octets(bits(Buffer.from([isRoot ? 0x06 : 0x80]), isRoot ? 1 : 7))), // keyUsage: keyCertSign, cRLSign; digitalSignature
    ...(isRoot ? [] : [sequence(identifier('2.5.29.37'), octets(sequence(identifier('1.3.6.1.5.5.7.3.4'))))]), // extKeyUsage emailProtection: the one that today's readers take
    sequence(identifier('2.5.29.14'), octets(octets(keyMark(subjectKey)))), // subjectKeyIdentifier
    sequence(identifier('2.5.29.35'), octets(sequence(der(0x80, keyMark(issuerKey.publicKey))))), // authorityKeyIdentifier
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(15)])), // serial number, positive
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(timeOf(begin), timeOf(end)),
    nameOf(subject),
    subjectKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  return sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuerKey.privateKey), 0));
}

/** RFC 5280, 4.2.1.2 (1): SHA-1 of the key's bits, on P-256 the last 65 bytes, an uncompressed point. */
function keyMark(key: KeyObject): Buffer {
  return createHash('sha1').update(key.export({ type: 'spki', format: 'der' }).subarray(-65)).digest();
}

function nameOf(commonName: string): Buffer {
  const part = (type: string, value: string): Buffer => der(0x31, sequence(identifier(type), der(0x0c, Buffer.from(value))));
  return sequence(part('2.5.4.10', selfMadeOrganisation), part('2.5.4.3', commonName));
}

/** UTCTime until 2049, then GeneralizedTime (RFC 5280, 4.1.2.5). */
function timeOf(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, ''); // 20260102030405Z
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function octets(content: Uint8Array): Buffer {
  return der(0x04, content);
}

function bits(content: Uint8Array, unused: number): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([unused]), content]));
}

/** Object identifier, X.690, 8.19. */
function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const septets = (value: number): number[] => (value < 128 ? [value] : [...septets(Math.floor(value / 128)).map((septet) => septet | 128), value % 128]);
  return der(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(septets)));
}

/** Tag, length, content: X.690, 8.1. */
function der(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function toPem(certificate: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}
