import { expect, test } from 'vitest';
import { type FilmArguments, filmArguments, provenance, rational } from '../../../src/video/args.ts';
import type { SoundArguments } from '../../../src/video/sound.ts';

const sound: SoundArguments = { file: 'voice.wav', stream: 0, copy: false, sampleRate: 44_100, channels: 1, startSeconds: 0, durationSeconds: undefined };
const film: FilmArguments = { width: 640, height: 480, fps: 25, crf: 18, container: 'mp4', coding: 'h264', encoder: 'libx264', sound, metadata: { comment: 'made' }, target: 'file:out.mp4' };
const webm: FilmArguments = { ...film, container: 'webm', coding: 'vp9', encoder: 'libvpx-vp9', target: 'file:out.WEBM' };

function after(args: readonly string[], flag: string): string | undefined {
  return args[args.indexOf(flag) + 1];
}

test('frames come raw through stdin, sound from its file, one film goes out', () => {
  expect(filmArguments(film)).toEqual([
    ...['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', '640x480', '-framerate', '25', '-i', 'pipe:0'],
    ...['-i', 'file:voice.wav', '-map', '0:v:0', '-map', '1:0'],
    ...['-vf', 'scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '18', '-pix_fmt', 'yuv420p'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-af', 'asetpts=N/SR/TB,aresample=44100', '-c:a', 'aac', '-b:a', '192k'],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-metadata', 'comment=made'],
    ...['-movflags', '+faststart', '-f', 'mp4', '-y', 'file:out.mp4'],
  ]);
});

test('a .webm is VP9 and Opus, with alpha where frames have it', () => {
  expect(filmArguments({ ...webm, hasAlpha: true })).toEqual([
    ...['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', '640x480', '-framerate', '25', '-i', 'pipe:0'],
    ...['-i', 'file:voice.wav', '-map', '0:v:0', '-map', '1:0'],
    ...['-vf', 'scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int,format=yuva420p'],
    ...['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '6', '-row-mt', '1', '-auto-alt-ref', '0', '-b:v', '0', '-crf', '24', '-pix_fmt', 'yuva420p'],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-af', 'asetpts=N/SR/TB,aresample=48000', '-c:a', 'libopus', '-b:a', '160k'],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-metadata', 'comment=made'],
    ...['-f', 'webm', '-y', 'file:out.WEBM'],
  ]);
  expect(after(filmArguments(webm), '-pixel_format')).toBe('rgb24');
  expect(after(filmArguments(webm), '-pix_fmt')).toBe('yuv420p');
});

test('ProRes is 4444 with alpha and 422 HQ without, and its frames carry the colour tags', () => {
  const mov: FilmArguments = { ...film, container: 'mov', coding: 'prores', encoder: 'prores_ks', target: 'file:out.mov' };
  const [transparent, opaque] = [filmArguments({ ...mov, hasAlpha: true }), filmArguments(mov)];
  expect([after(transparent, '-profile:v'), after(transparent, '-pix_fmt'), after(transparent, '-c:a')]).toEqual(['4444', 'yuva444p10le', 'aac']);
  expect([after(opaque, '-profile:v'), after(opaque, '-pix_fmt')]).toEqual(['hq', 'yuv422p10le']);
  for (const args of [transparent, opaque]) expect(after(args, '-vf')).toContain('setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709');
  expect(transparent.slice(-4)).toEqual(['-f', 'mov', '-y', 'file:out.mov']);
});

test("H.265 is called as Apple's players call it, where a name is needed", () => {
  const h265: FilmArguments = { ...film, coding: 'h265', encoder: 'libx265' };
  expect(after(filmArguments(h265), '-tag:v')).toBe('hvc1');
  expect(filmArguments({ ...h265, container: 'mkv' })).not.toContain('-tag:v');
});

test.each([
  ['h264', 'libx264', ['12', '18', '51']],
  ['h265', 'libx265', ['13', '20', '51']],
  ['vp9', 'libvpx-vp9', ['11', '24', '63']],
  ['av1', 'libsvtav1', ['16', '32', '63']],
  ['av1', 'libaom-av1', ['3', '19', '63']],
] as const)('%s by %s gets a crf that looks like that of H.264', (coding, encoder, expected) => {
  expect([12, 18, 51].map((crf) => after(filmArguments({ ...film, container: 'mkv', coding, encoder, crf }), '-crf'))).toEqual(expected);
});

test('what goes through a pipe comes in pieces', () => {
  expect(filmArguments({ ...film, target: 'pipe:1' }).slice(-10)).toEqual(['-movflags', '+empty_moov+delay_moov+default_base_moof', '-frag_duration', '500000', '-flush_packets', '1', '-f', 'mp4', '-y', 'pipe:1']);
});

test('a film without sound does not open one', () => {
  const args = filmArguments({ ...film, sound: undefined });
  expect(args.filter((word) => word === '-i')).toHaveLength(1);
  for (const flag of ['-map', '-c:a', '-af']) expect(args).not.toContain(flag);
});

test('nor does one whose container has none', () => {
  expect(filmArguments({ ...film, container: 'gif', coding: 'gif', encoder: 'gif', target: 'file:a.gif' }).join(' ')).not.toContain('voice.wav');
});

test('the palette of a GIF is made from few frames, fewer of large ones', () => {
  const palette = (width: number, height: number): string | undefined => /trim=end_frame=(\d+),palettegen/.exec(after(filmArguments({ ...film, container: 'gif', coding: 'gif', encoder: 'gif', width, height }), '-vf') ?? '')?.[1];
  expect([palette(512, 512), palette(1920, 1080), palette(4096, 4096)]).toEqual(['50', '12', '2']);
});

test('a sound that fits is copied', () => {
  const args = filmArguments({ ...film, sound: { ...sound, copy: true } });
  expect(after(args, '-c:a')).toBe('copy');
  expect(args).not.toContain('-af');
});

test('a piece is cut by the decoded sample', () => {
  const args = filmArguments({ ...film, sound: { ...sound, startSeconds: 1.5, durationSeconds: 2 } });
  expect(after(args, '-af')).toBe('asetpts=N/SR/TB,atrim=start=1.500000:end=3.500000,asetpts=PTS-STARTPTS,aresample=44100');
  const toTheEnd = filmArguments({ ...film, sound: { ...sound, startSeconds: 1e-6 } });
  expect(after(toTheEnd, '-af')).toBe('asetpts=N/SR/TB,atrim=start=0.000001,asetpts=PTS-STARTPTS,aresample=44100');
});

test.each([
  [8000, '48000'],
  [11_025, '44100'],
  [16_000, '48000'],
  [88_200, '44100'],
  [96_000, '48000'],
  [0, '48000'],
])('sound at %d Hz becomes %s Hz', (sampleRate, expected) => {
  expect(after(filmArguments({ ...film, sound: { ...sound, sampleRate } }), '-af')).toBe(`asetpts=N/SR/TB,aresample=${expected}`);
});

test('more than two channels become two', () => {
  expect(after(filmArguments({ ...film, sound: { ...sound, channels: 6 } }), '-ac')).toBe('2');
  expect(filmArguments({ ...film, sound: { ...sound, channels: 2 } })).not.toContain('-ac');
});

test.each([
  [25, '25'],
  [12.5, '12.5'],
  [30_000 / 1001, '30000/1001'],
  [24_000 / 1001, '24000/1001'],
  [60, '60'],
])('%d frames a second are written %s', (fps, text) => {
  expect(rational(fps)).toBe(text);
});

test('the film says that it was made by a program', () => {
  expect(provenance({ version: '1.2.3', model: 'default' })).toEqual({ comment: 'AI-generated by animate 1.2.3 (model default)' });
  expect(provenance({ version: '1.2.3', model: '/home/me/models/mine/' })).toEqual({ comment: 'AI-generated by animate 1.2.3 (model mine)' });
});

test('and what it is made of, as an object at the end', () => {
  const { comment } = provenance({ version: '1.2.3', model: 'default', fingerprint: 'ab', options: { seed: 7 } });
  expect(comment).toBe('AI-generated by animate 1.2.3 (model default) {"fingerprint":"ab","options":{"seed":7}}');
});
