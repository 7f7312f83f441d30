/** A certificate and a key that somebody brings: read and checked before any work. */

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AnimateError } from '../errors.ts';
import { algorithmOf, knownKeys, type Signing } from './cose.ts';

export interface SignerFiles {
  /** PEM: the signer's certificate first, those above it behind. */
  readonly certificate: string;
  /** PEM. Undefined: in the certificate's file. */
  readonly key: string | undefined;
  /** Of the key. */
  readonly passphrase: string | undefined;
}

export const passphraseVariable = 'ANIMATE_KEY_PASSPHRASE';

// What C2PA takes for signing claims, by name (C2PA 2.2, 14.5.1.1).
const usages: Readonly<Record<string, string>> = { '1.3.6.1.5.5.7.3.4': 'emailProtection', '1.3.6.1.5.5.7.3.36': 'documentSigning', '1.3.6.1.4.1.62558.2.1': 'c2pa-claimSigning' };
const certificatePem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const keyPem = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\s\S]*?-----END (?:[A-Z]+ )*PRIVATE KEY-----/;

/** Throws AnimateError `bad-option`, which says what is wrong with which file. */
export async function readSigner({ certificate, key, passphrase }: SignerFiles, now = new Date()): Promise<Signing> {
  const text = await readText('--sign', certificate, 'a certificate');
  const keyText = key === undefined ? text : await readText('--key', key, 'a private key');
  const chain = readChain(certificate, text);
  const privateKey = readKey(key === undefined ? `--sign: ${certificate}` : `--key: ${key}`, keyText, passphrase, key === undefined);
  checkPair(certificate, chain, privateKey, now);
  return { chain, key: privateKey };
}

async function readText(flag: string, path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new AnimateError('bad-option', `${flag}: expected a file with ${what}, got "${path}" (${why})`, { cause });
  }
}

function readChain(path: string, text: string): X509Certificate[] {
  const found = text.match(certificatePem) ?? [];
  if (found.length === 0) {
    const hint = keyPem.test(text) ? 'It holds a private key: the certificate goes to --sign, the key to --key.' : 'Turn a DER file into PEM: openssl x509 -inform der -in cert.der -out cert.pem';
    throw new AnimateError('bad-option', `--sign: ${path}: expected a certificate in PEM (-----BEGIN CERTIFICATE-----), got none`, { hint });
  }
  return found.map((pem, index) => {
    try {
      const certificate = new X509Certificate(pem);
      void certificate.publicKey; // read on demand: a broken one throws
      return certificate;
    } catch (cause) {
      throw new AnimateError('bad-option', `--sign: ${path}: certificate ${index + 1} cannot be read`, { cause });
    }
  });
}

function readKey(where: string, text: string, passphrase: string | undefined, isCertificateFile: boolean): KeyObject {
  const pem = keyPem.exec(text)?.[0];
  if (pem === undefined) {
    const hint = isCertificateFile ? 'Give the private key with --key.' : 'Keys in DER or PKCS #12 files: openssl turns them into PEM.';
    throw new AnimateError('bad-option', `${where}: expected a private key in PEM (-----BEGIN PRIVATE KEY-----), got none`, { hint });
  }
  const isEncrypted = /ENCRYPTED/.test(pem);
  if (isEncrypted && passphrase === undefined) throw new AnimateError('bad-option', `${where}: the private key is encrypted`, { hint: `Set ${passphraseVariable} to its passphrase.` });
  try {
    return createPrivateKey({ key: pem, ...(isEncrypted ? { passphrase } : {}) });
  } catch (cause) {
    throw new AnimateError('bad-option', `${where}: the private key cannot be read`, { cause, ...(isEncrypted ? { hint: `Is ${passphraseVariable} its passphrase?` } : {}) });
  }
}

/** What readers of C2PA would refuse is refused here. */
function checkPair(path: string, chain: readonly X509Certificate[], key: KeyObject, now: Date): void {
  const [signer] = chain as [X509Certificate];
  const refuse = (message: string, hint?: string): never => {
    throw new AnimateError('bad-option', `--sign: ${path}: ${message}`, hint === undefined ? {} : { hint });
  };
  if (!signer.checkPrivateKey(key)) {
    const isLater = chain.some((one) => one.checkPrivateKey(key));
    refuse('expected the certificate of the private key, got one of another key', isLater ? 'The signer comes first in the file, then those above it.' : 'Give the key that the certificate was made for with --key.');
  }
  if (!algorithmOf(key)) refuse(`expected a key on ${knownKeys}, got ${describeKey(key)}`);
  if (now < new Date(signer.validFrom)) refuse(`the certificate is not valid before ${signer.validFrom}`);
  if (now > new Date(signer.validTo)) refuse(`the certificate ended on ${signer.validTo}`, 'Ask its issuer for a new one.');
  if (signer.ca) refuse('expected the certificate of a signer, got one of an authority (CA:TRUE)');
  if (signer.checkIssued(signer)) refuse('expected a certificate that somebody issued, got one that signs itself', 'C2PA readers refuse those. Leave --sign out for one that is made here.');
  const own = signer.keyUsage ?? []; // the extended ones, as OIDs
  if (!own.some((usage) => usage in usages)) refuse(`expected a certificate for ${Object.values(usages).join(', ')} (extended key usage), got ${own.length === 0 ? 'one without' : own.join(', ')}`);
  chain.slice(1).forEach((upper, index) => {
    const lower = chain[index] as X509Certificate;
    if (!lower.checkIssued(upper) || !lower.verify(upper.publicKey)) refuse(`expected each certificate to be issued by the next one, got another at ${index + 2}`);
  });
}

function describeKey({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): string {
  return [asymmetricKeyType ?? 'an unknown kind', details?.namedCurve, details?.modulusLength === undefined ? undefined : `${details.modulusLength} bits`].filter((part) => part !== undefined).join(' ');
}
