/** Files from strangers that name other files: models and playlists. What they name is a named pipe, which whoever opens it hangs on. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { field, message, writeOnnx } from '../support/onnx.ts';
import { type Corpus, makeCorpus, writeModelWith } from './corpus.ts';
import { type Watched, watchVictim } from './watch.ts';

let folder = '';
let corpus: Corpus;
let victim: Watched;
const here = (...names: string[]): string => join(folder, ...names);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torture-strangers-'));
  if (process.platform !== 'linux') return;
  corpus = await makeCorpus(folder);
  victim = watchVictim();
  execFileSync('mkfifo', [here('bait.ts'), here('bait.wav'), here('bait.bin'), here('bait.png')]);
});
afterAll(async () => {
  await victim?.stop();
  await rm(folder, { recursive: true });
});

interface Manifest {
  networks: Record<string, { file: string; bytes: number; sha256: string; outputs: Record<string, (number | string)[]> }>;
  rig: { file: string; bytes: number; sha256: string };
}

describe.runIf(process.platform === 'linux')('a model', () => {
  const model = (name: string, change: (manifest: Manifest, place: string) => unknown): string => {
    const place = here('models', name.replaceAll(/\W/g, '-'));
    cpSync(corpus.tinyModel, place, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(place, 'model.json'), 'utf8')) as Manifest;
    const changed = change(manifest, place) ?? manifest;
    writeFileSync(join(place, 'model.json'), typeof changed === 'string' ? changed : JSON.stringify(changed));
    return place;
  };
  const replace = (part: { bytes: number; sha256: string; file: string }, place: string, bytes: Uint8Array): void => {
    writeFileSync(join(place, part.file), bytes);
    Object.assign(part, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  };
  const entry = (key: string, text: string): Uint8Array => field(13, message([field(1, key), field(2, text)]));
  const external = (location: string): Uint8Array =>
    message([field(1, 8), field(7, message([field(2, 'g'), field(5, message([field(1, 4), field(2, 1), field(8, 'w'), entry('location', location), field(14, 1)]))])), field(8, message([field(1, ''), field(2, 17)]))]);

  const cases: [string, string, (manifest: Manifest, place: string) => unknown][] = [
    ['a path out of the folder', 'expected the plain name of a file', ({ rig }) => void (rig.file = '../rig.bin')],
    ['an absolute path', 'expected the plain name of a file', ({ rig }) => void (rig.file = '/etc/passwd')],
    ['a path with a backslash', 'expected the plain name of a file', ({ rig }) => void (rig.file = '..\\rig.bin')],
    ['a link out of the folder', 'got a link to', ({ rig }, place) => {
      rmSync(join(place, rig.file));
      symlinkSync(here('voice.wav'), join(place, rig.file));
    }],
    ['a pipe for a network', 'expected a file', ({ networks }, place) => {
      rmSync(join(place, networks['denoiser'].file));
      execFileSync('mkfifo', [join(place, networks['denoiser'].file)]);
    }],
    ['another content', 'expected sha256', ({ networks }, place) => void writeFileSync(join(place, networks['personMask'].file), Buffer.alloc(networks['personMask'].bytes))],
    ['a size of 2 GB', 'Too big', ({ rig }) => void (rig.bytes = 2 ** 31)],
    ['a model.json of 2 MB', 'expected at most 1000000 bytes', (manifest) => JSON.stringify(manifest) + ' '.repeat(2e6)],
    ['weights in another file', 'external data', ({ networks }, place) => replace(networks['denoiser'], place, external('../../bait.bin'))],
    ['weights in a file by its whole name', 'external data', ({ networks }, place) => replace(networks['denoiser'], place, external(here('bait.bin')))],
    ['an operator that reads files', "operators that are not ONNX's own", ({ networks }, place) => replace(networks['denoiser'], place, writeOnnx({ inputs: [], outputs: [], nodes: [{ op: 'EPContext', inputs: [], outputs: ['b'], domain: 'com.microsoft' }] }))],
    ['an operator of its own', "operators that are not ONNX's own", ({ networks }, place) => replace(networks['denoiser'], place, writeOnnx({ inputs: [], outputs: [], nodes: [{ op: 'Spy', inputs: [], outputs: ['b'], domain: 'org.example' }] }))],
    ['other shapes than it says', 'in the graph, manifest says', ({ networks }, place) => replace(networks['faceMesh'], place, readFileSync(join(place, networks['personMask'].file)))],
    ['sizes that the pipeline does not read', 'expected [1, 256, 256]', ({ networks }) => void (networks['personMask'].outputs = { mask: [1, 2 ** 30, 2 ** 30] })],
  ];
  test.each(cases)('with %s', async (what, told, change) => {
    const { error, faults } = await victim.ask({ task: 'model', path: model(what, change) });
    expect({ faults, error }).toEqual({ faults: [], error: { code: 'model-mismatch', message: expect.stringContaining(told) } });
  });

  // Weights are numbers of ONNX's raw data: any bytes are some number, or none.
  test('whose answers are no numbers makes no film', async () => {
    const manifest = JSON.parse(readFileSync(join(corpus.tinyModel, 'model.json'), 'utf8')) as Manifest;
    const { file, outputs } = manifest.networks['denoiser'];
    const [shape] = Object.values(outputs);
    expect(shape.length).toBe(3);
    const inputs = (manifest.networks['denoiser'] as unknown as { inputs: Record<string, (number | string)[]> }).inputs;
    const values = (shapes: Record<string, (number | string)[]>) => Object.entries(shapes).map(([name, each]) => ({ name, shape: each }));
    const root = writeOnnx({ inputs: values(inputs), outputs: values(outputs), nodes: [{ op: 'Sub', inputs: ['x', 'x'], outputs: ['zero'] }, { op: 'Div', inputs: ['zero', 'zero'], outputs: ['denoised'] }] });
    mkdirSync(here('models'), { recursive: true });
    const spoilt = writeModelWith(here('models', 'no-numbers'), corpus.tinyModel, file, Buffer.from(root));
    // The real networks around it: the tiny model finds no face.
    const real = JSON.parse(readFileSync(new URL('../../models/default/model.json', import.meta.url), 'utf8')) as Manifest & { motion: object };
    const tiny = JSON.parse(readFileSync(join(spoilt, 'model.json'), 'utf8')) as Manifest & { motion: object };
    const mixed = here('models', 'mixed');
    cpSync(new URL('../../models/default', import.meta.url), mixed, { recursive: true });
    cpSync(join(spoilt, file), join(mixed, file));
    writeFileSync(join(mixed, 'model.json'), JSON.stringify({ ...real, motion: tiny.motion, networks: { ...real.networks, denoiser: tiny.networks['denoiser'] } }));
    const { error, faults } = await victim.ask({ task: 'modelFilm', path: mixed, portrait: corpus.portrait, sound: corpus.sound, film: here('none.mp4') });
    expect({ error, faults }).toEqual({ faults: [], error: { code: 'model-mismatch', message: `${join(mixed, file)}: output "denoised" holds values that are no numbers` } });
  });
});

describe.runIf(process.platform === 'linux')('a sound that names other files', () => {
  const lists: [string, (bait: string) => string][] = [
    ['list.m3u8', (bait) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${bait}\n#EXT-X-ENDLIST\n`],
    ['list.m3u', (bait) => `#EXTM3U\n#EXTINF:1,x\nfile://${bait}\n`],
    ['list.ffconcat', (bait) => `ffconcat version 1.0\nfile '${bait}'\n`],
    ['list.txt', (bait) => `ffconcat version 1.0\nfile '${bait}'\n`],
    ['list.sdp', () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n'],
    ['list.mpd', (bait) => `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="a" bandwidth="1"><BaseURL>${bait}</BaseURL></Representation></AdaptationSet></Period></MPD>`],
    ['list.avs', (bait) => `DirectShowSource("${bait}")\n`],
    ['list.vpy', (bait) => `open("${bait}").read()\n`],
    ['list.pls', (bait) => `[playlist]\nFile1=${bait}\nNumberOfEntries=1\n`],
    ['list.asx', (bait) => `<asx version="3.0"><entry><ref href="file://${bait}"/></entry></asx>`],
    ['list.smil', (bait) => `<smil><body><audio src="${bait}"/></body></smil>`],
    ['list.cue', (bait) => `FILE "${bait}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n`],
    ['list.qtl', (bait) => `<?xml version="1.0"?><?quicktime type="application/x-quicktime-media-link"?><embed src="file://${bait}"/>`],
    ['list.wav', (bait) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nconcat:${bait}|${bait}\n#EXT-X-ENDLIST\n`],
    ['web.m3u8', () => '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n'],
    ['key.m3u8', (bait) => `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI="${bait}"\n#EXTINF:1,\n${bait}\n#EXT-X-ENDLIST\n`],
    ['map.m3u8', (bait) => `#EXTM3U\n#EXT-X-MAP:URI="file://${bait}"\n#EXTINF:1,\ncrypto:${bait}\n#EXT-X-ENDLIST\n`],
  ];
  test.each(lists)('%s', async (name, write) => {
    await writeFile(here(name), write(here('bait.ts')));
    const { error, seconds, faults } = await victim.ask({ task: 'sound', path: here(name), portrait: corpus.portrait, film: here('none.mp4') });
    expect({ faults, error }).toEqual({ faults: [], error: { code: 'unreadable-input', message: expect.stringMatching(/not readable as sound or video|expected/) } });
    expect(seconds).toBeLessThan(30);
  });

  test('a film with its sound elsewhere (a data reference of QuickTime)', async () => {
    const { bytes } = corpus.samples.find(({ kind, ending }) => kind === 'sound' && ending === 'm4a') as { bytes: Buffer };
    const at = bytes.indexOf('dref') - 4;
    const spoilt = Buffer.from(bytes);
    spoilt.writeUInt32BE(0, at + 24); // ISO/IEC 14496-12, 8.7.2: without the flag "in this file" the entry names another
    spoilt.write('alis', at + 20, 'latin1');
    await writeFile(here('elsewhere.m4a'), spoilt);
    const { faults, error } = await victim.ask({ task: 'sound', path: here('elsewhere.m4a'), portrait: corpus.portrait, film: here('none.mp4') });
    expect(faults).toEqual([]);
    expect(error === undefined || error.code === 'unreadable-input').toBe(true);
  });

  test.each(['<image width="200" height="200" xlink:href="BAIT"/>', '<image width="200" height="200" xlink:href="file://BAIT"/>', '<style>@import url("file://BAIT");</style>', '<use xlink:href="BAIT#x"/>'])('a drawing with %s', async (element) => {
    await writeFile(here('drawing.svg'), `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200">${element.replace('BAIT', here('bait.png'))}</svg>`);
    const { error, faults } = await victim.ask({ task: 'portrait', path: here('drawing.svg'), sound: corpus.sound, film: here('none.mp4') });
    expect({ code: error?.code, faults }).toEqual({ code: expect.stringMatching(/^(no-face|unreadable-input)$/), faults: [] });
  });
});
