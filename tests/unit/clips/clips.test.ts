import { describe, expect, test } from 'vitest';
import { type ClipSettings, type SampleMotionOptions, sampleMotion } from '../../../src/clips.ts';
import { type ChannelName, channel, channelCount, channelNames } from '../../../src/motion/channels.ts';
import { type RunNetwork, type Tensor, tensor } from '../../../src/tensor/tensor.ts';
import { collect } from '../../support/collect.ts';

const tokenSize = 4;
const settings: ClipSettings = {
  clipFrames: 60,
  previousFrames: 10,
  lookaheadFrames: 5,
  channels: channelNames,
  mean: new Array(channelCount).fill(0.25),
  std: new Array(channelCount).fill(0.5),
  tokenSize,
  tokensPerFrame: 2,
  tokensBefore: 50,
};

/** Tokens whose first number is their own index: 50 of silence, two a frame, 50 of silence. */
async function* countingTokens(frames: number, chunk = 37): AsyncGenerator<Float32Array> {
  const total = 100 + 2 * frames;
  for (let start = 0; start < total; start += chunk) {
    const count = Math.min(chunk, total - start);
    yield Float32Array.from({ length: count * tokenSize }, (_, i) => (i % tokenSize === 0 ? start + i / tokenSize : 0));
  }
}

/** A denoiser that answers with a function of (row, frame of the clip, channel) and its conditions. */
const answering =
  (value: (inputs: Record<string, Tensor>, row: number, frame: number, channel: number) => number, seen: Record<string, Tensor>[] = []): RunNetwork =>
  async (inputs) => {
    seen.push(inputs);
    const { data, shape } = inputs['x'] as Tensor;
    return { denoised: tensor(Float32Array.from(data, (_, i) => value(inputs, Math.floor(i / (60 * channelCount)), Math.floor(i / channelCount) % 60, i % channelCount)), shape) };
  };

/** The token under the first half of frame `frame` of the clip, as a slow wave in normalised motion: what a perfect model would follow. */
const followsSound: Parameters<typeof answering>[0] = ({ sound }, row, frame, c) => {
  const token = (sound as Tensor).data[(row * 150 + (10 + frame) * 2) * tokenSize] as number;
  return c < 52 ? 0.4 * Math.sin(token / 20) + 0.5 : token;
};

const options = (denoise: RunNetwork, frames: number, more: Partial<SampleMotionOptions> = {}): SampleMotionOptions => ({
  denoise, settings, frames, name: 'dpmpp2m', steps: 3, guidance: 1, seed: 0, sigmaMin: 0.02, sigmaMax: 8, rho: 5, ...more,
}); // biome-ignore format: a table

describe('clip by clip', () => {
  test.each([1, 2, 59, 60, 61, 120, 121, 400])('%s frames are exactly that many, each over its own tokens', async (frames) => {
    const motion = await collect(sampleMotion(countingTokens(frames), options(answering(followsSound), frames)));
    expect(motion).toHaveLength(frames);
    motion.forEach((vector, frame) => {
      expect(vector).toHaveLength(channelCount);
      expect(vector[channel.headYaw]).toBeCloseTo((50 + 2 * frame) * 0.5 + 0.25, 3); // the token's own number, denormalised
    });
  });

  test('seams show in neither value nor speed', async () => {
    const motion = await collect(sampleMotion(countingTokens(240), options(answering(followsSound), 240)));
    const jaw = motion.map((vector) => vector[channel.jawOpen] as number);
    const jumps = jaw.slice(1).map((value, i) => Math.abs(value - (jaw[i] as number)));
    for (const seam of [59, 119, 179]) expect(jumps[seam]).toBeLessThanOrEqual(Math.max(...jumps.filter((_, i) => (i + 1) % 60 !== 0)) + 1e-6);
  });

  test('each clip sees the last ten frames of the one before, normalised; the first sees none', async () => {
    const seen: Record<string, Tensor>[] = [];
    await collect(sampleMotion(countingTokens(130), options(answering(followsSound, seen), 130)));
    const perClip = [seen[0], seen[3], seen[6]] as Record<string, Tensor>[];
    expect(perClip.map((inputs) => [...(inputs['has_previous'] as Tensor).data])).toEqual([[0], [1], [1]]);
    expect((perClip[0]?.['previous'] as Tensor).data.every((value) => value === 0)).toBe(true);
    const yaw = (inputs: Record<string, Tensor>, frame: number) => (inputs['previous'] as Tensor).data[frame * channelCount + channel.headYaw] as number;
    expect(yaw(perClip[1] as Record<string, Tensor>, 0)).toBeCloseTo(50 + 2 * 50, 3);
    expect(yaw(perClip[2] as Record<string, Tensor>, 9)).toBeCloseTo(50 + 2 * 119, 3);
  });

  test('a clip hears ten frames before and five after its own, silence repeated beyond the ends', async () => {
    const seen: Record<string, Tensor>[] = [];
    await collect(sampleMotion(countingTokens(1), options(answering(followsSound, seen), 1)));
    const { data, shape } = seen[0]?.['sound'] as Tensor;
    expect(shape).toEqual([1, 150, tokenSize]);
    expect([data[0], data[20 * tokenSize], data[71 * tokenSize], data[149 * tokenSize]]).toEqual([30, 50, 101, 101]); // 102 tokens in all
  });

  test('coefficients are bounded before the next clip sees them', async () => {
    const seen: Record<string, Tensor>[] = [];
    const motion = await collect(sampleMotion(countingTokens(61), options(answering(() => 99, seen), 61)));
    expect(motion[0]?.[channel.jawOpen]).toBeCloseTo(1, 6);
    expect((seen[3]?.['previous'] as Tensor).data[channel.jawOpen]).toBeCloseTo(1.5, 6); // (1 - 0.25) / 0.5
    expect(motion[0]?.[channel.headYaw]).toBeCloseTo(99 * 0.5 + 0.25, 4);
  });
});

describe('conditions', () => {
  test('a model that makes a few channels fills those of the motion vector, in its own order', async () => {
    const channels: ChannelName[] = ['mouthClose', 'jawOpen'];
    const few: ClipSettings = { ...settings, channels, mean: [0.1, 0.2], std: [0.5, 0.25] };
    const network: RunNetwork = async ({ x }) => ({ denoised: tensor(Float32Array.from((x as Tensor).data, (_, i) => (i % 2 === 0 ? 0.2 : 0.4)), (x as Tensor).shape) });
    const [motion] = await collect(sampleMotion(countingTokens(1), options(network, 1, { settings: few })));
    expect(motion?.[channel.mouthClose]).toBeCloseTo(0.2, 6); // 0.2 * 0.5 + 0.1
    expect(motion?.[channel.jawOpen]).toBeCloseTo(0.3, 6); // 0.4 * 0.25 + 0.2
    expect(motion?.filter((value) => value !== 0)).toHaveLength(2);
  });

  test('guidance runs two rows that differ in has_sound alone', async () => {
    const seen: Record<string, Tensor>[] = [];
    const withAndWithout = answering(({ has_sound }, row) => ((has_sound as Tensor).data[row] === 1 ? 0.5 : 0.2), seen);
    const [motion] = await collect(sampleMotion(countingTokens(1), options(withAndWithout, 1, { guidance: 2 })));
    expect(motion?.[channel.headYaw]).toBeCloseTo((0.2 + 2 * 0.3) * 0.5 + 0.25, 5);
    const inputs = seen[0] as Record<string, Tensor>;
    expect([...(inputs['has_sound'] as Tensor).data]).toEqual([1, 0]);
    for (const [name, { data, shape }] of Object.entries(inputs)) {
      expect(shape[0]).toBe(2);
      if (name !== 'has_sound') expect(data.subarray(0, data.length / 2)).toEqual(data.subarray(data.length / 2));
    }
  });
});

describe('chance', () => {
  const keepsNoise: RunNetwork = async ({ x, sigma }) => ({ denoised: tensor((x as Tensor).data.map((value) => value / (1 + (sigma?.data[0] as number) ** 2)), (x as Tensor).shape) });
  const sample = (seed: number) => collect(sampleMotion(countingTokens(100), options(keepsNoise, 100, { seed, steps: 8 })));

  test('a seed gives the same motion each time, another seed another', async () => {
    const [one, same, other] = [await sample(5), await sample(5), await sample(6)];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  test('clips of one film differ', async () => {
    const motion = await sample(5);
    expect(motion[0]).not.toEqual(motion[60]);
  });
});

describe('streaming', () => {
  test('never pulls more than a clip and a chunk ahead, and lets go of its source', async () => {
    let [pulled, closed] = [0, false];
    async function* endless() {
      try {
        for (;;) yield new Float32Array(50 * tokenSize).fill(pulled++);
      } finally {
        closed = true;
      }
    }
    const motion = sampleMotion(endless(), options(answering(() => 0), 100_000));
    for (let frame = 0; frame < 600; frame++) await motion.next();
    expect(pulled * 50).toBeLessThanOrEqual(50 + 600 * 2 + 10 + 50);
    await motion.return(undefined);
    expect(closed).toBe(true);
  });

  test('stops when cancelled', async () => {
    const controller = new AbortController();
    const motion = sampleMotion(countingTokens(400), options(answering(() => 0), 400, { signal: controller.signal }));
    await motion.next();
    controller.abort();
    await expect(collect(motion)).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('refuses a stream without tokens and chunks of broken tokens', async () => {
    const of = async function* (...chunks: Float32Array[]) {
      yield* chunks;
    };
    await expect(collect(sampleMotion(of(), options(answering(() => 0), 1)))).rejects.toThrow('tokens: the stream is empty');
    await expect(collect(sampleMotion(of(new Float32Array(5)), options(answering(() => 0), 1)))).rejects.toThrow('expected chunks of whole tokens of 4 numbers, got 5 numbers');
  });
});
