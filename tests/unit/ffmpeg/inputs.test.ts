import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardInputs, refusedFormat } from '../../../src/ffmpeg/inputs.ts';
import { probe } from '../../../src/ffmpeg/probe.ts';
import { runFfmpeg } from '../../../src/ffmpeg/run.ts';
import { ffmpegOutput, ffmpegs } from '../../support/ffmpeg.ts';
import { burstNoise, wavBytes } from '../../support/sound.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-inputs-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('arguments', () => {
  test('every input is limited to files and pipes', () => {
    const guarded = guardInputs(['-f', 'rawvideo', '-i', 'pipe:0', '-i', 'file:a.mp3', '-f', 'mp4', 'file:b.mp4']);
    expect(guarded.filter((word) => word === '-protocol_whitelist')).toHaveLength(2);
    expect(guarded.slice(0, 6)).toEqual(['-f', 'rawvideo', '-protocol_whitelist', 'file,pipe', '-i', 'pipe:0']);
    expect(guarded.slice(-4)).toEqual(['file:a.mp3', '-f', 'mp4', 'file:b.mp4']);
  });

  test('formats that name other files are not among those that an input may have', () => {
    const [formats] = guardInputs(['-i', 'file:a']).slice(3);
    const names = formats.split(',');
    for (const name of ['mov', 'matroska', 'wav', 'mp3', 'ogg', 'flac', 'aac', 'avi', 'mpegts', 'asf']) expect(names).toContain(name);
    for (const name of ['hls', 'applehttp', 'concat', 'dash', 'imf', 'image2', 'sdp', 'rtsp', 'rtp', 'lavfi', 'webm_dash_manifest', 'avisynth', 'vapoursynth', 'mlv', 'vobsub']) expect(names).not.toContain(name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a refusal is recognised in what both versions print', () => {
    expect(refusedFormat("[hls,applehttp @ 0x5580] Format not on whitelist 'wav,mp3'\nfile:a: Invalid argument")).toMatch(/^its format, hls, names other files/);
    expect(refusedFormat("[srt @ 0x5580] Format not on whitelist 'wav'")).toBe('its format, srt, is none for sound');
    expect(refusedFormat('file:a: Invalid data found when processing input')).toBeUndefined();
  });
});

describe.each(ffmpegs)('with $name', ({ path }) => {
  // A named pipe that nobody writes to: whoever opens it hangs, and the test with them.
  async function makeBait(name: string): Promise<string> {
    const bait = join(folder, name);
    await rm(bait, { force: true });
    await promisify(execFile)('mkfifo', [bait]);
    return bait;
  }

  const lists: [string, (bait: string) => string][] = [
    ['list.ffconcat', (bait) => `ffconcat version 1.0\nfile ${bait}\n`],
    ['list.m3u8', (bait) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${bait}\n#EXT-X-ENDLIST\n`],
    ['list.mp3', (bait) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${bait}\n#EXT-X-ENDLIST\n`],
    ['web.m3u8', () => '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n'],
    ['session.sdp', () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n'],
  ];
  test.skipIf(process.platform === 'win32').each(lists)('%s is refused and nothing it names is opened', async (name, write) => {
    const file = join(folder, name);
    await writeFile(file, write(await makeBait('bait.ts')));
    const error = await probe(path, file).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'unreadable-input', message: expect.stringMatching(/^.*: not readable as sound or video \(/) });
    await expect(runFfmpeg(path, ['-i', `file:${file}`, '-f', 'null', '-']).done).rejects.toMatchObject({ code: 'ffmpeg-failed' });
  }, 10_000);

  test('a playlist is named as what it is', async () => {
    const file = join(folder, 'list2.ffconcat');
    await writeFile(file, 'ffconcat version 1.0\nfile a.wav\n');
    await expect(probe(path, file)).rejects.toMatchObject({ message: `${file}: not readable as sound or video (its format, concat, names other files or addresses, and those are never opened)`, hint: expect.stringContaining('join its parts') });
  });

  test.each(['wav', 'mp3', 'ogg', 'flac', 'm4a', 'mkv', 'webm', 'aiff', 'avi', 'ts', 'wma', 'opus', 'caf', 'au', 'mov', 'aac', 'w64', 'ac3', 'flv', 'wv', 'voc', 'mka', '3gp'])('%s is still read', async (ending) => {
    const wav = join(folder, 'voice.wav');
    await writeFile(wav, wavBytes([burstNoise(0.5, 44_100)], 44_100));
    const file = join(folder, `voice.${ending}`);
    if (ending !== 'wav') {
      const codec = ending === '3gp' || ending === 'avi' || ending === 'flv' || ending === 'ts' ? ['-c:a', 'aac', '-strict', '-2'] : ending === 'ogg' || ending === 'webm' || ending === 'opus' ? ['-c:a', 'libopus'] : [];
      await ffmpegOutput(path, ['-i', wav, ...(ending === 'opus' || ending === 'webm' || ending === 'ogg' ? ['-ar', '48000'] : []), ...codec, file]);
    }
    const disguised = join(folder, 'disguised.bin');
    await copyFile(file, disguised);
    for (const one of [file, disguised]) expect((await probe(path, one)).audio).toMatchObject({ channels: 1 });
  });
});
