import { describe, expect, test } from 'vitest';
import { createProsodyMeter } from '../../../src/audio/prosody.ts';
import { createRandom } from '../../../src/tensor/random.ts';

/** A voice's source: all harmonics of `hz` under 3.4 kHz, falling by 6 dB an octave. */
function hum(hz: number, seconds: number, level = 0.1): Float32Array {
  const count = Math.floor(3400 / hz);
  return Float32Array.from({ length: seconds * 16_000 }, (_, i) => {
    let sum = 0;
    for (let k = 1; k <= count; k++) sum += Math.sin((2 * Math.PI * k * hz * i) / 16_000 + k * k) / k;
    return level * sum;
  });
}

function measure(samples: Float32Array, block = 777) {
  const meter = createProsodyMeter();
  for (let i = 0; i < samples.length; i += block) meter.push(samples.subarray(i, i + block));
  return meter.finish();
}

describe('prosody', () => {
  test.each([80, 110, 160, 220, 310, 440])('finds a voice at %s Hz, to a quarter of a semitone', (hz) => {
    const { pitch, voiced } = measure(hum(hz, 1));
    expect(pitch).toHaveLength(25);
    for (const value of pitch.slice(3)) expect(Math.abs(12 * Math.log2(value / hz))).toBeLessThan(0.25);
    expect(Math.min(...voiced.slice(3))).toBe(1);
  });

  test('noise and silence are unvoiced', () => {
    const random = createRandom(1);
    const { voiced } = measure(Float32Array.from({ length: 32_000 }, () => 0.1 * random.normal()));
    expect(voiced.reduce((a, b) => a + b, 0) / voiced.length).toBeLessThan(0.05);
    expect(Math.max(...measure(new Float32Array(16_000)).voiced)).toBe(0);
  });

  test('energy is the logarithm of the root mean square of each frame', () => {
    const { logEnergy } = measure(Float32Array.from({ length: 16_000 }, (_, i) => (i < 8000 ? 0.5 : 0.05)));
    expect(logEnergy[5]).toBeCloseTo(Math.log(0.5), 4);
    expect(logEnergy[20]).toBeCloseTo(Math.log(0.05), 3);
  });

  test('blocks of any size give the same, and a begun frame counts', () => {
    const voice = hum(150, 0.5).subarray(0, 7000);
    expect(measure(voice, 1)).toEqual(measure(voice, 7000));
    expect(measure(voice).pitch).toHaveLength(11); // 7000 / 640 = 10.9
  });
});
