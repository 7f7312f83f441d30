import { describe, expect, test } from 'vitest';
import { readProsody } from '../../../src/performance/prosody.ts';
import { silentVoice, singingVoice, talkingVoice } from '../../support/prosody.ts';

describe('what a performer hears', () => {
  test('phrases are the stretches between pauses, the long ones cut, and know the pause after them', () => {
    const { phrases } = readProsody(talkingVoice(500), 500); // 4 s of talk, 1 s of pause, four times
    expect(phrases).toHaveLength(8);
    for (const [i, { start, end, pauseAfter }] of phrases.entries()) {
      expect((end - start) / 25).toBeCloseTo(2, 0);
      expect(pauseAfter > 12).toBe(i % 2 === 1);
    }
  });

  test('speech has no held notes, song has one a note, and phrases of it are sung', () => {
    expect(readProsody(talkingVoice(500), 500).notes).toEqual([]);
    const { notes, phrases } = readProsody(singingVoice(500), 500);
    expect(notes).toHaveLength(10);
    expect(notes.every(({ start, end }) => Math.abs(end - start - 40) <= 2)).toBe(true);
    expect(Math.min(...phrases.map(({ sung }) => sung))).toBeGreaterThan(0.8);
  });

  test('noise is no speech: loud, but never voiced', () => {
    const noise = { ...silentVoice(200), logEnergy: new Float32Array(200).fill(-3) };
    expect(readProsody(noise, 200)).toMatchObject({ phrases: [], notes: [] });
  });

  test('silence has nothing, also where the curves are shorter than the film', () => {
    const { phrases, stresses, notes, speaking } = readProsody(silentVoice(3), 100);
    expect([phrases, stresses, notes]).toEqual([[], [], []]);
    expect(Math.max(...speaking)).toBe(0);
  });

  test('stresses fall on loud syllables, at least 0.16 s apart', () => {
    const voice = talkingVoice(500);
    const { stresses } = readProsody(voice, 500);
    expect(stresses.length).toBeGreaterThan(10);
    for (const { at } of stresses) expect(Math.max(...voice.logEnergy.slice(Math.max(0, at - 3), at + 4))).toBeGreaterThan(-3.5);
    for (let i = 1; i < stresses.length; i++) expect(stresses[i].at - stresses[i - 1].at).toBeGreaterThan(4);
  });
});
