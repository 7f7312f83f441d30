import { mkdir, readdir, readFile, stat, utimes, writeFile, chmod } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { openOwnSigner, readOwnCertificate, signerFolder } from '../../../src/provenance/own-signer.ts';
import { temporaryFolder } from '../../support/signing.ts';

const isPosix = process.platform !== 'win32';

test('the first use makes it, for the owner alone; the second finds the same', async () => {
  const folder = join(await temporaryFolder(), 'data', 'signer');
  const [first, second] = [await openOwnSigner(folder), await openOwnSigner(folder)];
  expect(first.chain[0]?.fingerprint256).toBe(second.chain[0]?.fingerprint256);
  expect([first.warnings, second.warnings]).toEqual([[], []]);
  expect((await readOwnCertificate(folder))?.fingerprint256).toBe(first.chain[0]?.fingerprint256);
  if (!isPosix) return;
  const modes = await Promise.all([folder, join(folder, 'key.pem'), join(folder, 'certificate.pem')].map(async (path) => (await stat(path)).mode & 0o777));
  expect(modes).toEqual([0o700, 0o600, 0o600]);
});

test('of eight that come at once one makes it, all use it, and no draft is left', async () => {
  const parent = await temporaryFolder();
  const all = await Promise.all(Array.from({ length: 8 }, () => openOwnSigner(join(parent, 'signer'))));
  expect(new Set(all.map(({ chain }) => chain[0]?.fingerprint256)).size).toBe(1);
  expect(await readdir(parent)).toEqual(['signer']);
});

test('an empty folder may be there; drafts of runs that were killed go', async () => {
  const parent = await temporaryFolder();
  await mkdir(join(parent, 'signer'));
  await mkdir(join(parent, '.signer-killed'));
  await utimes(join(parent, '.signer-killed'), 0, 0);
  expect((await openOwnSigner(join(parent, 'signer'))).warnings).toEqual([]);
  expect(await readdir(parent)).toEqual(['signer']);
});

test('where none can be kept, the film gets one of its own, and a warning', async () => {
  const parent = await temporaryFolder();
  await writeFile(join(parent, 'file'), '');
  const { chain, warnings } = await openOwnSigner(join(parent, 'file', 'signer'));
  expect(chain).toHaveLength(2);
  expect(warnings).toEqual([expect.stringMatching(/^signed with a certificate for this film alone: none can be kept in .*signer \(ENOTDIR/)]);
});

test.each([['a key of another', 'key.pem'], ['no certificate', 'certificate.pem']])('a broken one is told, not replaced: %s', async (_, name) => {
  const parent = await temporaryFolder();
  const [folder, other] = [join(parent, 'signer'), join(parent, 'other')];
  await Promise.all([openOwnSigner(folder), openOwnSigner(other)]);
  const before = await readFile(join(other, name));
  await writeFile(join(folder, name), name === 'key.pem' ? before : '');
  const { warnings } = await openOwnSigner(folder);
  expect(warnings).toEqual([expect.stringContaining(`none can be kept in ${folder}`)]);
  expect(await readFile(join(folder, name), 'utf8')).toBe(name === 'key.pem' ? String(before) : '');
});

test('a clock outside its time is asked about', async () => {
  const folder = join(await temporaryFolder(), 'signer');
  await openOwnSigner(folder);
  const { warnings } = await openOwnSigner(folder, new Date('2001-01-01'));
  expect(warnings).toEqual([expect.stringContaining('Is the clock right?')]);
});

test.runIf(isPosix)('a key that others can read is told of', async () => {
  const folder = join(await temporaryFolder(), 'signer');
  await openOwnSigner(folder);
  await chmod(join(folder, 'key.pem'), 0o644);
  expect((await openOwnSigner(folder)).warnings).toEqual([`${join(folder, 'key.pem')}: others can read this key and sign in your name: chmod 600 "${join(folder, 'key.pem')}"`]);
});

test.each([
  [{ ANIMATE_SIGNER: '/keys/mine' }, 'linux', '/keys/mine'],
  [{ XDG_DATA_HOME: '/data' }, 'darwin', join('/data', 'animate', 'signer')],
  [{}, 'linux', join(homedir(), '.local', 'share', 'animate', 'signer')],
  [{}, 'darwin', join(homedir(), 'Library', 'Application Support', 'animate', 'signer')],
  [{ LOCALAPPDATA: '/local' }, 'win32', join('/local', 'animate', 'signer')],
] as const)('with %o on %s it lies in %s', (environment, platform, folder) => {
  expect(signerFolder(environment, platform)).toBe(folder);
});
