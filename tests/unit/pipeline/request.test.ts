import { expect, test } from 'vitest';
import { optionsOf, untilCancelled } from '../../../src/request.ts';

test('options are what is left of a request without inputs, signal and listener', () => {
  const request = { portrait: 'a.png', sound: 'b.wav', signal: AbortSignal.abort(), onProgress: () => {}, fps: 30, seed: 1 };
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
