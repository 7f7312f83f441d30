import { expect, test } from 'vitest';
import { completeOptions, optionsOf, readRequest, untilCancelled } from '../../../src/request.ts';
import { openSession } from '../../../src/session.ts';

test('options are what is left of a request without inputs, signal, listener and session', () => {
  const request = { portrait: 'a.png', sound: 'b.wav', signal: AbortSignal.abort(), onProgress: () => {}, session: openSession(), fps: 30, seed: 1 };
  expect(optionsOf(request)).toEqual({ fps: 30, seed: 1 });
});

test('a signal that has fired starts no work', async () => {
  let started = false;
  await expect(untilCancelled(AbortSignal.abort(), async () => (started = true))).rejects.toMatchObject({ code: 'cancelled' });
  expect(started).toBe(false);
});

test('whatever breaks after the signal fired is told as cancelled, with its reason', async () => {
  const controller = new AbortController();
  const working = untilCancelled(controller.signal, async () => {
    controller.abort('SIGINT');
    throw new Error('pipe broke');
  });
  await expect(working).rejects.toMatchObject({ code: 'cancelled', cause: 'SIGINT' });
});

test('other errors and results pass through', async () => {
  await expect(untilCancelled(undefined, () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  expect(await untilCancelled(new AbortController().signal, async () => 5)).toBe(5);
});

test('the model says what nobody else does, unless a preset does', () => {
  const model = { sampler: { name: 'dpmpp2m' as const, steps: 15, guidance: 3, sigmaMin: 0.1, sigmaMax: 8, rho: 5 } };
  expect(completeOptions({}, model).values).toMatchObject({ steps: 15, guidance: 3 });
  expect(completeOptions({ preset: 'fast', guidance: 1 }, model).values).toMatchObject({ steps: 6, guidance: 1 });
});

test.each<[object, string]>([
  [{ sound: 'https://example.org/a.wav' }, 'unreadable-input'],
  [{ driving: 'https://example.org/a.mp4' }, 'unreadable-input'],
  [{}, 'bad-option'], // neither sound nor take
  [{ driving: 'take.mp4', motion: 'a.json' }, 'bad-option'],
  [{ driving: 'take.mp4', motion: (async function* () {})() }, 'bad-option'],
  [{ sound: 'a.wav', fps: 3 }, 'bad-option'],
])('a request with %j is refused before anything is looked at', (given, code) => {
  expect(() => readRequest({ portrait: 'a.png', ...given })).toThrow(expect.objectContaining({ code }));
});

test('a take needs no sound', () => {
  expect(readRequest({ portrait: 'a.png', driving: 'take.mp4' }).driving).toBe('take.mp4');
});
