import { expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { channel, channelNames } from '../../../src/motion/channels.ts';
import { parseJsonMotion } from '../../../src/motion-file/json.ts';

const whole = { format: 'animate-motion', version: 1, fps: 25, channels: ['jawOpen', 'headYaw'], frames: [[0.5, 3]] };

test('channels in any order, any of them; the rest is 0', () => {
  const { fps, frames } = parseJsonMotion(JSON.stringify({ ...whole, channels: ['headYaw', 'jawOpen'], frames: [[-7, 1.2], [0, 0]], source: { tool: 'x', deep: [1] } }), 'a.json'); // biome-ignore format: one line
  expect([fps, frames.length, frames[0]?.length]).toEqual([25, 2, channelNames.length]);
  expect([frames[0]?.[channel.headYaw], frames[0]?.[channel.jawOpen]]).toEqual([-7, Math.fround(1.2)]);
  expect(frames[0]?.filter((value) => value !== 0)).toHaveLength(2);
});

const fields = 'format, version, fps, channels, frames, source, confidence';
const notJson = (text: string): string => {
  try {
    return JSON.parse(text);
  } catch (error) {
    return `not readable as JSON (${(error as Error).message})`; // Node's own words, which differ between versions
  }
};

test.each([
  ['no JSON', 'jawOpen 0.5', notJson('jawOpen 0.5')],
  ['an empty file', '', notJson('')],
  ['NaN', '{"fps": NaN}', notJson('{"fps": NaN}')],
  ['a list', [1], `expected an object with ${fields}, got [1]`],
  ['null', null, `expected an object with ${fields}, got null`],
  ['another format', { ...whole, format: 'other' }, 'format: expected "animate-motion", got "other"'],
  ['another version', { ...whole, version: 2 }, 'version: expected 1, got 2'],
  ['no version', { ...whole, version: undefined }, 'version: expected 1, got nothing'],
  ['fps 0', { ...whole, fps: 0 }, 'fps: expected a number above 0, at most 240, got 0'],
  ['fps below 0', { ...whole, fps: -25 }, 'fps: expected a number above 0, at most 240, got -25'],
  ['fps too large', { ...whole, fps: 241 }, 'fps: expected a number above 0, at most 240, got 241'],
  ['fps as text', { ...whole, fps: '25' }, 'fps: expected a number above 0, at most 240, got "25"'],
  ['an unknown channel', { ...whole, channels: ['jawOpen', 'earWiggle'] }, 'channels[1]: expected the name of a channel, got "earWiggle"'],
  ['a channel twice', { ...whole, channels: ['jawOpen', 'jawOpen'] }, 'channels: expected each name once, got "jawOpen" twice'],
  ['no channels', { ...whole, channels: [] }, 'channels: expected a list of channel names, at least one, got []'],
  ['no frames', { ...whole, frames: [] }, 'frames: expected a list of frames, at least one, each a list of numbers, got []'],
  ['frames as text', { ...whole, frames: 'x'.repeat(80) }, `frames: expected a list of frames, at least one, each a list of numbers, got "${'x'.repeat(56)}...`],
  ['a frame that is no list', { ...whole, frames: [[0, 0], 7] }, 'frames[1]: expected a list of numbers, got 7'],
  ['a frame too short', { ...whole, frames: [[0, 0], [1]] }, 'frames[1]: expected 2 numbers, one a channel, got 1'],
  ['text in a number', { ...whole, frames: [[0, 'left']] }, 'frames[0][1] (headYaw): expected a number from -180 to 180 (degrees), got "left"'],
  ['null in a number', { ...whole, frames: [[null, 0]] }, 'frames[0][0] (jawOpen): expected a number from -0.5 to 1.5 (a blend shape), got null'],
  ['per cent', { ...whole, frames: [[50, 0]] }, 'frames[0][0] (jawOpen): expected a number from -0.5 to 1.5 (a blend shape), got 50'],
  ['pixels', { ...whole, channels: ['headX'], frames: [[120]] }, 'frames[0][0] (headX): expected a number from -10 to 10 (face heights), got 120'],
  ['Infinity', JSON.stringify(whole).replace('0.5', '1e999'), 'frames[0][0] (jawOpen): expected a number from -0.5 to 1.5 (a blend shape), got Infinity'],
  ['an unknown field', { ...whole, scale: 2 }, `expected no fields but ${fields}, got "scale"`],
  ['a source that is none', { ...whole, source: 'me' }, 'source: expected an object, got "me"'],
])('%s is refused in whole words', (_, content, message) => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const error = (() => {
    try {
      return parseJsonMotion(text, 'a.json');
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(AnimateError);
  expect(error).toMatchObject({ code: 'unreadable-input', message: `a.json: ${message}`, hint: 'docs/motion-files.md describes the format; --motion-out writes it.' });
});
