import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCertificates } from '../../src/provenance/certificate.ts';
import { animate } from '../support/command.ts';
import { portrait, voice } from '../support/pictures.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-provenance-'));
});
afterAll(() => rm(folder, { recursive: true }));

const short = ['--duration', '0.2', '--size', '128', '--steps', '1', '--json'];
const make = async (name: string, ...words: string[]) => {
  const { stdout, stderr, status } = await animate([portrait, voice, '-o', join(folder, name), ...short, ...words], { environment: { ANIMATE_SIGNER: join(folder, 'signer') } });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as { path: string; signer: string | null; framesSha256: string; warnings: string[] };
};
const inspect = async (path: string) => {
  const { stdout } = await animate(['inspect', path, '--json'], { environment: { ANIMATE_SIGNER: join(folder, 'signer') } });
  return (JSON.parse(stdout) as { signature: { state: string; problem?: string; signer?: { kind: string; name: string }; ingredients?: { title: string; sha256: string }[] } }).signature;
};

test('a film is signed without anything being set up, a changed byte is found, and neither signature nor name changes the frames', async () => {
  const film = await make('film.mp4', '--watermark', 'AI-generated');
  expect(await inspect(film.path)).toMatchObject({ state: 'valid', signer: { kind: 'here', name: film.signer }, ingredients: [{ title: 'portrait' }, { title: 'sound' }] });
  const bytes = await readFile(film.path);
  await writeFile(film.path, Buffer.concat([bytes.subarray(0, -1)]));
  expect((await inspect(film.path)).state).toBe('invalid');

  const unsigned = await make('plain.mp4', '--no-sign', '--watermark', 'AI-generated');
  expect(unsigned).toMatchObject({ signer: null, framesSha256: film.framesSha256 });
  expect(unsigned.warnings).toContain('not signed, as --no-sign asks: only plain metadata says that the film is AI-generated');
  expect(await inspect(unsigned.path)).toEqual({ state: 'none' });
  expect((await make('bare.mp4', '--no-sign')).framesSha256).not.toBe(film.framesSha256);
});

test('a WebM is signed beside itself, here with another certificate', async () => {
  const { certificates, key } = makeCertificates();
  await writeFile(join(folder, 'cert.pem'), certificates);
  await writeFile(join(folder, 'key.pem'), key);
  const film = await make('film.webm', '--sign', join(folder, 'cert.pem'), '--key', join(folder, 'key.pem'));
  expect(await inspect(film.path)).toMatchObject({ state: 'valid', signer: { kind: 'self-made', name: film.signer } });
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('a certificate that cannot sign is told before any work', async () => {
  const { status, stderr, seconds } = await animate([portrait, voice, '-o', join(folder, 'no.mp4'), '--sign', voice]);
  expect([status, stderr]).toEqual([2, expect.stringContaining(`error: --sign: ${voice}: expected a certificate in PEM`)]);
  expect(seconds).toBeLessThan(20);
});
