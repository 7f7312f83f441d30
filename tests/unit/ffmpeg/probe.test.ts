import { expect, test } from 'vitest';
import { parseProbe, parseProbes } from '../../../src/ffmpeg/probe.ts';

// Printed by ffmpeg 5.1.9 and by the bundled build of 2018 for the same clip of the GRID corpus.
const printedBy51 = `Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:s1.mp4':
  Metadata:
    major_brand     : isom
  Duration: 00:00:03.00, start: 0.000000, bitrate: 256 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 256x264 [SAR 1:1 DAR 32:33], 185 kb/s, 25 fps, 25 tbr, 12800 tbn (default)
    Metadata:
      handler_name    : VideoHandler
  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 16000 Hz, mono, fltp, 61 kb/s (default)
At least one output file must be specified`;
const printedBy2018 = `Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:s1.mp4':
  Duration: 00:00:03.00, start: 0.000000, bitrate: 256 kb/s
    Stream #0:0(und): Video: h264 (High) (avc1 / 0x31637661), yuv420p, 256x264 [SAR 1:1 DAR 32:33], 185 kb/s, 25 fps, 25 tbr, 12800 tbn, 50 tbc (default)
    Stream #0:1(und): Audio: aac (LC) (mp4a / 0x6134706D), 16000 Hz, mono, fltp, 61 kb/s (default)
At least one output file must be specified`;

test.each([['ffmpeg 5.1', printedBy51, 'progressive'], ['the build of 2018', printedBy2018, '']])('reads what %s prints', (_, log, scan) => {
  expect(parseProbe(log)).toEqual({
    container: 'mov,mp4,m4a,3gp,3g2,mj2',
    durationSeconds: 3,
    startSeconds: 0,
    audio: { codec: 'aac', profile: 'LC', sampleRate: 16000, channels: 1, index: 1 },
    video: { codec: 'h264', pixelFormat: 'yuv420p', width: 256, height: 264, fps: 25, scan, transfer: '', index: 0 },
  });
});

test('a cover picture is not a video', () => {
  const log = `Input #0, mp3, from 'file:song.mp3':
  Duration: 01:02:03.50, start: 0.025057, bitrate: 64 kb/s
  Stream #0:0: Audio: mp3, 44100 Hz, stereo, fltp, 64 kb/s
  Stream #0:1: Video: mjpeg (Baseline), yuvj420p(pc, bt470bg/unknown/unknown), 600x600 [SAR 1:1 DAR 1:1], 90k tbr, 90k tbn (attached pic)`;
  expect(parseProbe(log)).toEqual({
    container: 'mp3',
    durationSeconds: 3723.5,
    startSeconds: 0.025057,
    audio: { codec: 'mp3', profile: '', sampleRate: 44100, channels: 2, index: 0 },
    video: null,
  });
});

test.each([
  ['mono', 1],
  ['stereo', 2],
  ['2.1', 3],
  ['5.1(side)', 6],
  ['7.1', 8],
  ['quad', 4],
  ['12 channels (FL+FR+FC)', 12],
])('counts the channels of %s', (layout, channels) => {
  const log = `Input #0, wav, from 'file:a.wav':\n  Duration: N/A, bitrate: 1 kb/s\n  Stream #0:0: Audio: pcm_s16le ([1][0][0][0] / 0x0001), 48000 Hz, ${layout}, s16, 256 kb/s`;
  expect(parseProbe(log)?.audio).toEqual({ codec: 'pcm_s16le', profile: '', sampleRate: 48000, channels, index: 0 });
  expect(parseProbe(log)?.durationSeconds).toBeUndefined();
});

test('a stream without a steady rate has 0 fps', () => {
  const log = `Input #0, gif, from 'file:a.gif':\n  Duration: N/A\n  Stream #0:0: Video: gif, bgra, 320x240`;
  expect(parseProbe(log)?.video).toEqual({ codec: 'gif', pixelFormat: 'bgra', width: 320, height: 240, fps: 0, scan: '', transfer: '', index: 0 });
});

test.each([
  ['yuv420p10le(tv, bt2020nc/bt2020/smpte2084)', '', 'smpte2084'],
  ['yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive)', 'progressive', 'arib-std-b67'],
  ['yuv420p(tv, bt470bg/unknown/unknown, bottom first)', 'interlaced', 'unknown'],
  ['yuv422p10le(tv, top coded first (swapped))', 'interlaced', ''],
  ['yuv420p(tv, bt709)', '', ''],
])('reads fields and transfer curve of %s', (format, scan, transfer) => {
  const log = `Input #0, mov, from 'file:a.mov':\n  Duration: N/A\n  Stream #0:0(und): Video: h264 (High 10) (avc1 / 0x31637661), ${format}, 640x360 [SAR 1:1 DAR 16:9], 25 fps`;
  expect(parseProbe(log)?.video).toMatchObject({ width: 640, scan, transfer });
});

test('what ffmpeg cannot read has no description', () => {
  expect(parseProbe('file:a.txt: Invalid data found when processing input')).toBeUndefined();
});

test('several inputs are read in their order, up to the first that ffmpeg could not open', () => {
  const second = printedBy2018.replaceAll('#0', '#1').replace('00:00:03.00', '00:00:07.50');
  const both = `${printedBy51.replace('At least one output file must be specified', '')}${second.replace('At least one output file must be specified', 'file:no.wav: Invalid data found when processing input')}`;
  expect(parseProbes(both).map(({ durationSeconds, audio }) => [durationSeconds, audio?.index])).toEqual([[3, 1], [7.5, 1]]);
  expect(parseProbes('file:no.wav: No such file or directory')).toEqual([]);
});
