import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { defaultOutput, type OutputOptions, readOutput, warningsOf } from '../../../src/video/output.ts';

function refusalOf(target: string, options: OutputOptions = {}): string[] {
  try {
    readOutput(target, options);
  } catch (error) {
    if (error instanceof AnimateError) return [error.code, error.message, error.hint ?? ''];
    throw error;
  }
  return [];
}

test('the film is named after the portrait and lies beside the sound', () => {
  expect(defaultOutput('pictures/face.front.png', 'voices/a.wav', '.mp4')).toBe(join('voices', 'face.front.mp4'));
  expect(defaultOutput('face', 'a.wav', '.webm')).toBe('face.webm');
});

test.each<[string, OutputOptions, string, string, string]>([
  ['a.mp4', {}, 'file', 'mp4', 'h264'],
  ['a.M4V', { codec: 'h265' }, 'file', 'mp4', 'h265'],
  ['a.mov', {}, 'file', 'mov', 'h264'],
  ['a.mov', { codec: 'prores' }, 'file', 'mov', 'prores'],
  ['a.mov', { alpha: true }, 'file', 'mov', 'prores'],
  ['a.mkv', {}, 'file', 'mkv', 'h264'],
  ['a.mkv', { alpha: true }, 'file', 'mkv', 'vp9'],
  ['a.mkv', { alpha: true, codec: 'prores' }, 'file', 'mkv', 'prores'],
  ['a.webm', {}, 'file', 'webm', 'vp9'],
  ['a.webm', { codec: 'av1' }, 'file', 'webm', 'av1'],
  ['a.gif', { fps: 50 }, 'file', 'gif', 'gif'],
  ['a.apng', { alpha: true, fps: 60 }, 'file', 'apng', 'apng'],
  ['f/%05d.png', { alpha: true }, 'pictures', 'png', 'png'],
  ['f/a_%d.JPG', {}, 'pictures', 'jpeg', 'jpeg'],
  ['f/%03d.webp', { alpha: true }, 'pictures', 'webp', 'webp'],
  ['-', {}, 'stream', 'mp4', 'h264'],
  ['-', { alpha: true }, 'stream', 'webm', 'vp9'],
  ['-', { codec: 'prores' }, 'stream', 'mkv', 'prores'],
  ['-', { streamFormat: 'mkv' }, 'stream', 'mkv', 'h264'],
  ['-', { codec: 'av1' }, 'stream', 'mp4', 'av1'],
])('%s with %j is a %s of kind %s with %s', (target, options, kind, container, coding) => {
  expect(readOutput(target, options)).toMatchObject({ kind, container, coding, path: target === '-' ? '-' : resolve(target) });
});

test('a folder means numbered pictures in it', () => {
  expect(readOutput('films/frames/')).toMatchObject({ path: resolve('films/frames/%05d.png'), sequence: { folder: resolve('films/frames'), pattern: '%05d.png' } });
});

const all = 'a name that ends in .mp4, .m4v, .mov, .mkv, .webm, .gif, .apng, or pictures like frames/%05d.png (.png, .jpg, .jpeg, .webp)';
const transparent = 'a name that ends in .mov, .mkv, .webm, .apng, or pictures like frames/%05d.png (.png, .webp) (with --alpha)';
test.each<[string, OutputOptions, string, string]>([
  ['films/a.avi', {}, all, 'Try --output films/a.mp4'],
  ['a', {}, all, 'Try --output a.mp4'],
  ['a.mp4', { alpha: true }, transparent, 'Try --output a.webm'],
  ['a.gif', { alpha: true }, transparent, 'Try --output a.apng'],
  ['f/%05d.jpg', { alpha: true }, transparent, 'Try --output f/05d.webm'],
  ['a.png', {}, all, 'Try --output a/%05d.png for a picture of each frame, or --output a.apng for one that moves'],
  ['%05d/a.png', {}, all, 'Try --output %05d/a/%05d.png for a picture of each frame, or --output %05d/a.apng for one that moves'],
  ['%d-%d.png', {}, all, 'Try --output d-d/%05d.png for a picture of each frame, or --output d-d.apng for one that moves'],
  ['%5d.png', {}, all, 'Try --output 5d/%05d.png for a picture of each frame, or --output 5d.apng for one that moves'],
])('%s with %j is refused', (target, options, expected, hint) => {
  expect(refusalOf(target, options)).toEqual(['bad-option', `--output: expected ${expected}, got "${target}"`, hint]);
});

test.each<[string, OutputOptions, string, string]>([
  ['a.webm', { codec: 'h264' }, '--codec: expected one of vp9, av1 for .webm, got "h264"', 'h264 goes into .mp4, .mov, .mkv.'],
  ['a.mp4', { codec: 'prores' }, '--codec: expected one of h264, h265, vp9, av1 for .mp4, got "prores"', 'prores goes into .mov, .mkv.'],
  ['a.webm', { codec: 'av1', alpha: true }, '--codec: expected vp9 for a transparent .webm, got "av1"', 'av1 holds no transparency: vp9 and prores do.'],
  ['a.gif', { codec: 'h264' }, '--codec: expected none for .gif, got "h264"', 'h264 goes into .mp4, .mov, .mkv.'],
  ['f/', { codec: 'vp9' }, '--codec: expected none for .png, got "vp9"', 'vp9 goes into .mp4, .mkv, .webm.'],
  ['-', { codec: 'h264', streamFormat: 'webm' }, '--codec: expected one of vp9, av1 for webm, got "h264"', 'h264 goes into .mp4, .mov, .mkv.'],
  ['-', { alpha: true, streamFormat: 'mp4' }, '--stream-format: expected webm or mkv (with --alpha), got "mp4"', ''],
  ['a.mkv', { streamFormat: 'mkv' }, '--stream-format: expected it with --output -, got --output a.mkv', 'A file is what its ending says.'],
  ['a.gif', { fps: 60 }, '--fps: expected at most 50 frames a second for a .gif, got 60', 'Give another rate, or .apng.'],
])('%s with %j is a contradiction', (target, options, message, hint) => {
  expect(refusalOf(target, options)).toEqual(['bad-option', message, hint]);
});

test('a sound that has no place is told of, but not where nobody wants it', () => {
  expect(warningsOf(readOutput('x/a.gif'), false)).toEqual(['a.gif: has no sound: .gif holds none']);
  expect(warningsOf(readOutput('x/%05d.png'), false)).toEqual(['%05d.png: has no sound: pictures hold none']);
  expect(warningsOf(readOutput('x/a.gif'), true)).toEqual([]);
  expect(warningsOf(readOutput('x/a.mkv'), false)).toEqual([]);
});
