import { describe, expect, test } from 'vitest';
import { measureSound } from '../../../src/audio/measure.ts';
import type { Sound } from '../../../src/audio/sound.ts';
import { inBlocks, makeTone } from '../../support/voices.ts';

function soundOf(samples: Float32Array, warnings: string[] = []): Sound {
  return { path: 'voice.wav', reader: 'wavefile', durationSeconds: samples.length / 16_000, sampleRate: 16_000, channels: 1, samples: () => inBlocks(samples, [1000]), warnings };
}

describe('measureSound', () => {
  test('tells length, peak, loudness and gain', async () => {
    const measure = await measureSound(soundOf(makeTone(997, 2, 16_000, 0.1)), { fps: 25 });
    expect(measure).toMatchObject({ samples: 32_000, durationSeconds: 2, speechShare: 1, isSilent: false, warnings: [] });
    expect(measure.peak).toBeCloseTo(0.1, 3);
    expect(Math.abs(measure.lufs + 23.01)).toBeLessThan(0.05); // -3.01 LUFS - 20 dB, BS.1770-4 annex 1
    expect(Math.abs(20 * Math.log10(measure.gain))).toBeLessThan(0.06);
  });

  test.each([
    [new Float32Array(16_000), 'voice.wav: is silent; the lips will stay still'],
    [makeTone(997, 1, 16_000, 1e-3), 'voice.wav: is nearly silent (-63 LUFS); the lips will stay still'],
    [makeTone(997, 1, 16_000, 1e-4), 'voice.wav: is nearly silent (under -70 LUFS); the lips will stay still'],
  ])('warns of silence and does not amplify it', async (samples, warning) => {
    expect(await measureSound(soundOf(samples), { fps: 25 })).toMatchObject({ isSilent: true, gain: 1, speechShare: 0, warnings: [warning] });
  });

  test('passes on what the sound itself has to say', async () => {
    expect((await measureSound(soundOf(makeTone(440, 1), ['voice.wav: cut']), { fps: 25 })).warnings).toEqual(['voice.wav: cut']);
  });

  test('warns when the sound ends before --duration', async () => {
    const { warnings } = await measureSound(soundOf(makeTone(440, 1)), { fps: 25, durationSeconds: 3 });
    expect(warnings).toEqual(['voice.wav: ends after 1 s, before the 3 s of --duration']);
  });

  test('takes a sound of exactly one frame and refuses a shorter one', async () => {
    expect((await measureSound(soundOf(makeTone(440, 0.04)), { fps: 25 })).samples).toBe(640);
    await expect(measureSound(soundOf(makeTone(440, 0.04).subarray(1)), { fps: 25 })).rejects.toMatchObject({
      code: 'unreadable-input',
      message: 'voice.wav: expected at least one frame of sound (40 ms at 25 frames/s), got 39.94 ms',
    });
  });

  test('says so when --duration made it too short', async () => {
    await expect(measureSound(soundOf(makeTone(440, 0.01)), { fps: 25, durationSeconds: 0.01 })).rejects.toMatchObject({
      code: 'bad-option',
      message: '--duration: expected at least one frame (40 ms at 25 frames/s), got 0.01 s',
    });
  });
});
