import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../../src/provenance/certificate.ts';
import type { Signing } from '../../../src/provenance/cose.ts';
import { placeOfSeal, sealFilm } from '../../../src/provenance/seal.ts';
import { verifyFilm } from '../../../src/provenance/verify.ts';
import { bundledFfmpeg, ffmpegOutput } from '../../support/ffmpeg.ts';
import { makeBars, selfMade, splitPem, statement, temporaryFolder } from '../../support/signing.ts';

const endings = ['.mp4', '.m4v', '.mov', '.apng', '.gif', '.webm', '.mkv'];
const signing = selfMade();
let bars = '';
beforeAll(async () => {
  bars = await mkdtemp(join(tmpdir(), 'animate-bars-'));
  await Promise.all(endings.map((ending) => makeBars(join(bars, `bars${ending}`))));
}, 60_000);
afterAll(() => rm(bars, { recursive: true }));

async function sealed(ending: string, by: Signing = signing): Promise<string> {
  const film = join(await temporaryFolder(), `film${ending}`);
  await copyFile(join(bars, `bars${ending}`), film);
  await sealFilm(film, film, statement, by);
  return film;
}
const verify = (path: string, own?: X509Certificate, now?: Date) => verifyFilm(path, { generator: 'animate', ...(own ? { own } : {}), ...(now ? { now } : {}) });

describe.each(endings)('a film in %s', (ending) => {
  test('is valid once it is signed, says what was signed, and shows the same pictures', async () => {
    const film = await sealed(ending);
    expect(await verify(film, signing.chain[0])).toEqual({
      state: 'valid',
      signer: expect.objectContaining({ kind: 'here', algorithm: 'ES256', organisation: 'animate (self-made certificate)' }),
      generator: statement.generator,
      actions: [{ action: 'c2pa.created', digitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia', when: '2026-05-04T03:02:01Z' }],
      ingredients: statement.ingredients.map((one) => ({ ...one, relationship: 'inputTo' })),
    });
    const pictures = (file: string) => ffmpegOutput(bundledFfmpeg, ['-i', `file:${file}`, '-f', 'framemd5', 'pipe:1']);
    expect(String(await pictures(film))).toBe(String(await pictures(join(bars, `bars${ending}`))));
    expect((await readdir(join(film, '..'))).sort()).toEqual(placeOfSeal(film) === 'beside' ? [`film${ending}`, `film${ending}.c2pa`] : [`film${ending}`]);
  });

  test('is not valid with any byte changed, taken out or put in: 300 places', async () => {
    const film = await sealed(ending);
    const whole = await readFile(film);
    const survivors: string[] = [];
    for (let turn = 0; turn < 300; turn++) {
      const at = Math.floor(((turn * 0.618034) % 1) * whole.length); // all over the file, the same on every run
      const [before, byte, after] = [whole.subarray(0, at), whole[at] ?? 0, whole.subarray(at + 1)];
      const middle = [[byte ^ (1 << turn % 8)], [], [byte, turn % 256]][turn % 3] as number[];
      const changed = Buffer.concat([before, Buffer.from(middle), after]);
      if (changed.equals(whole)) continue;
      await writeFile(film, changed);
      if ((await verify(film)).state === 'valid') survivors.push(`${['changed', 'removed', 'added'][turn % 3]} at ${at}`);
    }
    expect(survivors).toEqual([]);
    for (const tail of [[0], Array(8).fill(0), [0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65]]) {
      await writeFile(film, Buffer.concat([whole, Buffer.from(tail)]));
      expect((await verify(film)).state).not.toBe('valid');
    }
  });
});

test.each(['.mp4', '.gif', '.webm'])('no byte of the manifest itself can change: %s', async (ending) => {
  const film = await sealed(ending);
  const path = placeOfSeal(film) === 'beside' ? `${film}.c2pa` : film;
  const whole = await readFile(path);
  const end = path === film ? whole.indexOf('moov') : whole.length;
  const survivors: number[] = [];
  for (let at = 0; at < (end < 0 ? 4000 : end); at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 << at % 8);
    await writeFile(path, changed);
    if ((await verify(film)).state === 'valid') survivors.push(at);
  }
  expect(survivors).toEqual([]);
}, 60_000);

const keys = {
  ES384: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'secp521r1' }),
  PS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: generateKeyPairSync('ed25519'),
};
test.each(Object.entries(keys))('%s signs too', async (algorithm, pair) => {
  const { certificates, key } = makeCertificates(new Date(), pair);
  const film = await sealed('.mp4', { chain: splitPem(certificates).map((pem) => new X509Certificate(pem)), key: createPrivateKey(key) });
  expect(await verify(film)).toMatchObject({ state: 'valid', signer: { algorithm, kind: 'self-made' } });
});

test('a claim from one film does not fit another', async () => {
  const [film, other] = [await sealed('.webm'), await sealed('.mkv')];
  await copyFile(`${other}.c2pa`, `${film}.c2pa`);
  expect(await verify(film)).toMatchObject({ state: 'invalid', problem: 'the film was changed after it was signed' });
});

test('a signature ends with its certificate', async () => {
  const film = await sealed('.mp4');
  expect(await verify(film, undefined, new Date('2099-01-01'))).toMatchObject({ state: 'invalid', problem: expect.stringContaining('its certificate ended on') });
});

test('what another program signed is told, not judged', async () => {
  const film = join(await temporaryFolder(), 'film.mp4');
  await copyFile(join(bars, 'bars.mp4'), film);
  await sealFilm(film, film, { ...statement, generator: { name: 'camera', version: '1' } }, signing);
  expect(await verify(film)).toMatchObject({ state: 'unchecked', problem: 'signed by camera: ask a C2PA reader', generator: { name: 'camera' } });
});

test.each(endings)('an unsigned film has none: %s', async (ending) => {
  expect(await verify(join(bars, `bars${ending}`))).toEqual({ state: 'none' });
});

test('the tables that say where pictures lie move by the size of the manifest', async () => {
  const film = join(await temporaryFolder(), 'film.mp4');
  const whole = await readFile(join(bars, 'bars.mp4'));
  await writeFile(film, whole);
  await sealFilm(film, film, statement, signing);
  const grown = await readFile(film);
  const first = (bytes: Buffer) => bytes.readUInt32BE(bytes.indexOf('stco') + 12);
  expect(first(grown) - first(whole)).toBe(grown.length - whole.length);
});

test('what is damaged or no film at all never throws', async () => {
  const film = join(await temporaryFolder(), 'film.mp4');
  const whole = await readFile(await sealed('.mp4'));
  for (const bytes of [Buffer.alloc(0), Buffer.from('ftyp'), whole.subarray(0, 40), whole.subarray(0, 1000), Buffer.concat([whole.subarray(0, 70), Buffer.alloc(500, 0xff)])]) {
    await writeFile(film, bytes);
    expect((await verify(film)).state).not.toBe('valid');
  }
});
