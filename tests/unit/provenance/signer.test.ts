import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { makeCertificates } from '../../../src/provenance/certificate.ts';
import { readSigner } from '../../../src/provenance/signer.ts';
import { splitPem, temporaryFolder } from '../../support/signing.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Writes both files; undefined leaves `key` out. */
async function put(certificate: string, key?: string): Promise<{ certificate: string; key: string | undefined; passphrase: undefined }> {
  const paths = { certificate: join(folder, 'cert.pem'), key: key === undefined ? undefined : join(folder, 'key.pem') };
  await writeFile(paths.certificate, certificate);
  if (paths.key !== undefined) await writeFile(paths.key, key as string);
  return { ...paths, passphrase: undefined };
}

const made = makeCertificates();
const [signerPem = '', rootPem = ''] = splitPem(made.certificates);
const encrypted = String(createPrivateKey(made.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'sesame' }));

test('a chain and its key are read, from two files or one', async () => {
  expect((await readSigner(await put(made.certificates, made.key))).chain).toHaveLength(2);
  expect((await readSigner(await put(made.certificates + made.key))).key.asymmetricKeyType).toBe('ec');
});

test('an encrypted key wants its passphrase', async () => {
  const files = await put(made.certificates, encrypted);
  await expect(readSigner(files)).rejects.toMatchObject({ code: 'bad-option', message: expect.stringContaining('the private key is encrypted'), hint: 'Set ANIMATE_KEY_PASSPHRASE to its passphrase.' });
  await expect(readSigner({ ...files, passphrase: 'wrong' })).rejects.toMatchObject({ code: 'bad-option', hint: 'Is ANIMATE_KEY_PASSPHRASE its passphrase?' });
  expect((await readSigner({ ...files, passphrase: 'sesame' })).chain).toHaveLength(2);
});

test('keys that C2PA does not know are refused', async () => {
  const keys = [generateKeyPairSync('rsa', { modulusLength: 1024 }), generateKeyPairSync('ec', { namedCurve: 'secp256k1' })];
  const messages = await Promise.all(
    keys.map(async (pair) => {
      const { certificates, key } = makeCertificates(new Date(), pair);
      const paths = { certificate: join(folder, `${pair.publicKey.asymmetricKeyType}.pem`), key: undefined, passphrase: undefined };
      await writeFile(paths.certificate, certificates + key);
      return readSigner(paths).then(() => 'taken', (error: Error) => error.message.replace(/^.*: /, ''));
    }),
  );
  const expected = 'expected a key on an elliptic curve P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits, got';
  expect(messages).toEqual([`${expected} rsa 1024 bits`, `${expected} ec secp256k1`]);
});

const other = makeCertificates();
const cases: [string, string, string | undefined, string][] = [
  ['no certificate', 'hello', made.key, 'expected a certificate in PEM (-----BEGIN CERTIFICATE-----), got none'],
  ['files swapped', made.key, made.certificates, 'expected a certificate in PEM (-----BEGIN CERTIFICATE-----), got none'],
  ['a damaged certificate', signerPem.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), made.key, 'certificate 1 cannot be read'],
  ['no key', made.certificates, 'hello', 'expected a private key in PEM (-----BEGIN PRIVATE KEY-----), got none'],
  ['no key anywhere', made.certificates, undefined, 'expected a private key in PEM (-----BEGIN PRIVATE KEY-----), got none'],
  ['a damaged key', made.certificates, made.key.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), 'the private key cannot be read'],
  ['the key of another', made.certificates, other.key, 'expected the certificate of the private key, got one of another key'],
  ['the root first', rootPem + signerPem, made.key, 'expected the certificate of the private key, got one of another key'],
  ['a stranger above', signerPem + (splitPem(other.certificates)[1] ?? ''), made.key, 'expected each certificate to be issued by the next one, got another at 2'],
];
test.each(cases)('%s is told', async (_, certificate, key, message) => {
  const files = await put(certificate, key);
  await expect(readSigner(files)).rejects.toMatchObject({ code: 'bad-option', message: expect.stringContaining(message) });
});

test('a certificate outside its time is told', async () => {
  const files = await put(made.certificates, made.key);
  await expect(readSigner(files, new Date('2099-01-01'))).rejects.toThrow('the certificate ended on');
  await expect(readSigner(files, new Date('2001-01-01'))).rejects.toThrow('the certificate is not valid before');
});

test('a file that is not there is named', async () => {
  const certificate = join(folder, 'none.pem');
  await expect(readSigner({ certificate, key: undefined, passphrase: undefined })).rejects.toThrow(`--sign: expected a file with a certificate, got "${certificate}" (ENOENT)`);
});
