import { writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeCertificates } from '../../../src/provenance/certificate.ts';
import { openSealing } from '../../../src/sealing.ts';
import { temporaryFolder } from '../../support/signing.ts';

const nothing = { sign: undefined, key: undefined, noSign: false };

test('options that do not go together are refused', async () => {
  await expect(openSealing({ ...nothing, sign: 'a.pem', noSign: true }, 'film.mp4')).rejects.toThrow('--sign and --no-sign: expected one of them, got both');
  await expect(openSealing({ ...nothing, key: 'a.pem' }, 'film.mp4')).rejects.toThrow('--key: expected the certificate of the key with it, got none');
  await expect(openSealing({ ...nothing, sign: 'a.pem' }, 'frames/%05d.png')).rejects.toThrow('--sign: expected a film that can hold a signature (.mp4, .m4v, .mov, .apng, .gif, .webm, .mkv), got "frames/%05d.png"');
});

test('an unsigned film says so', async () => {
  const said = async (film: string, noSign: boolean) => (await openSealing({ ...nothing, noSign }, film)).warnings;
  expect(await said('film.mp4', true)).toEqual(['not signed, as --no-sign asks: only plain metadata says that the film is AI-generated']);
  expect(await said('-', false)).toEqual(['not signed, C2PA has no place in a stream: only plain metadata says that the film is AI-generated']);
});

test('--no-sign takes away the manifest of a film that is replaced, once its successor is whole', async () => {
  const film = join(await temporaryFolder(), 'film.webm');
  await writeFile(`${film}.c2pa`, 'old');
  const { sealer } = await openSealing({ ...nothing, noSign: true }, film);
  const seal = sealer({ portrait: 'a', sound: 'b', motion: undefined, driving: undefined }, async () => 'ab'.repeat(32));
  expect(await readFile(`${film}.c2pa`, 'utf8')).toBe('old');
  await seal?.(`${film}.growing`);
  await expect(readFile(`${film}.c2pa`)).rejects.toThrow('ENOENT');
});

test('a certificate is read before any work, in a dry run too, and signs in its name', async () => {
  const folder = await temporaryFolder();
  const { certificates, key } = makeCertificates();
  await writeFile(join(folder, 'both.pem'), certificates + key);
  expect((await openSealing({ ...nothing, sign: join(folder, 'both.pem') }, 'film.mp4')).signer).toMatch(/^animate [0-9a-f]{8}$/);
  await expect(openSealing({ ...nothing, sign: join(folder, 'none.pem') }, 'film.mp4', { isDry: true })).rejects.toThrow('(ENOENT)');
});

test('a film that cannot be written any more is told, and is no bug', async () => {
  const folder = await temporaryFolder();
  const { certificates, key } = makeCertificates();
  await writeFile(join(folder, 'both.pem'), certificates + key);
  const { sealer } = await openSealing({ ...nothing, sign: join(folder, 'both.pem') }, 'film.mp4');
  const seal = sealer({ portrait: 'a', sound: 'b', motion: undefined, driving: undefined }, async () => 'ab'.repeat(32));
  await expect(seal?.(join(folder, 'gone.mp4'))).rejects.toMatchObject({ code: 'bad-option', message: 'film.mp4: cannot be signed (ENOENT)' });
});
