/** Integrated loudness of a mono stream: ITU-R BS.1770-4 annex 1. The same as training/speech.py. */

export interface LoudnessMeter {
  /** samples [n], full scale at -1 and 1 */
  push(block: Float32Array): void;
  /** LUFS of all samples so far; -Infinity for silence. A sound shorter than 400 ms counts as one block. */
  lufs(): number;
  /** Share of the 400 ms blocks that pass both gates, 0 to 1. */
  loudShare(): number;
}

const targetLufs = -23; // EBU R 128
const mostGainDb = 30;
const quietLufs = -60; // below it there is only noise floor, which must not become loud

/** The factor that brings a sound of `lufs` to -23 LUFS: at most +30 dB, and 1 for sounds under -60 LUFS. */
export function normalisingGain(lufs: number): number {
  return lufs < quietLufs ? 1 : 10 ** (Math.min(targetLufs - lufs, mostGainDb) / 20);
}

/** True for sounds that are left as they are because they hold nothing but noise floor. */
export function isSilent(lufs: number): boolean {
  return lufs < quietLufs;
}

/** Memory: one number per 100 ms. */
export function createLoudnessMeter(sampleRate: number): LoudnessMeter {
  const filters = kWeighting(sampleRate).map(createBiquad);
  const stepSamples = Math.round(sampleRate / 10);
  const energies: number[] = []; // of each 100 ms
  let energy = 0;
  let samples = 0;

  /** Mean powers of the 400 ms blocks, 100 ms apart. */
  const blockPowers = (): number[] => {
    if (energies.length < 4) {
      const total = energies.reduce((sum, value) => sum + value, energy);
      return samples === 0 ? [] : [total / samples];
    }
    return energies.slice(3).map((value, i) => (energies[i] + energies[i + 1] + energies[i + 2] + value) / (4 * stepSamples));
  };
  const gated = (): { loud: number[]; blocks: number } => {
    const powers = blockPowers();
    const audible = powers.filter((power) => power > powerOf(-70));
    const threshold = mean(audible) / 10; // 10 LU under the mean of what passed the absolute gate
    return { loud: audible.filter((power) => power > threshold), blocks: powers.length };
  };

  return {
    push(block) {
      for (const sample of block) {
        let weighted = sample;
        for (const filter of filters) weighted = filter(weighted);
        energy += weighted * weighted;
        samples++;
        if (samples % stepSamples === 0) {
          energies.push(energy);
          energy = 0;
        }
      }
    },
    lufs() {
      const { loud } = gated();
      return loud.length === 0 ? -Infinity : -0.691 + 10 * Math.log10(mean(loud));
    },
    loudShare() {
      const { loud, blocks } = gated();
      return blocks === 0 ? 0 : loud.length / blocks;
    },
  };
}

interface Biquad {
  readonly b: readonly [number, number, number];
  /** Without the leading 1. */
  readonly a: readonly [number, number];
}

/** High shelf and high pass for any rate: the standard's 48 kHz tables as analogue prototypes (De Man 2014, "Evaluation of implementations of the EBU R128 loudness measurement"). */
function kWeighting(sampleRate: number): [Biquad, Biquad] {
  const shelf = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const shelfQ = 0.7071752369554196;
  const shelfScale = 1 + shelf / shelfQ + shelf * shelf;
  const pass = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const passQ = 0.5003270373238773;
  const passScale = 1 + pass / passQ + pass * pass;
  return [
    {
      b: [(high + (band * shelf) / shelfQ + shelf * shelf) / shelfScale, (2 * (shelf * shelf - high)) / shelfScale, (high - (band * shelf) / shelfQ + shelf * shelf) / shelfScale],
      a: [(2 * (shelf * shelf - 1)) / shelfScale, (1 - shelf / shelfQ + shelf * shelf) / shelfScale],
    },
    { b: [1, -2, 1], a: [(2 * (pass * pass - 1)) / passScale, (1 - pass / passQ + pass * pass) / passScale] },
  ];
}

/** Transposed direct form II. */
function createBiquad({ b, a }: Biquad): (sample: number) => number {
  let state1 = 0;
  let state2 = 0;
  return (sample) => {
    const out = b[0] * sample + state1;
    state1 = b[1] * sample - a[0] * out + state2;
    state2 = b[2] * sample - a[1] * out;
    return out;
  };
}

function powerOf(lufs: number): number {
  return 10 ** ((lufs + 0.691) / 10);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
