import { expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/events.ts';
import { openReport } from '../../../src/report.ts';
import { collect } from '../../support/collect.ts';

function recorded() {
  const events: ProgressEvent[] = [];
  const clock = { seconds: 100 };
  const report = openReport((event) => events.push(event), () => clock.seconds);
  return { events, clock, report };
}

test('adds up the time of a stage, also of one that fails, and the total', async () => {
  const { events, clock, report } = recorded();
  expect(await report.during('sound', async () => { clock.seconds += 2; return 'ok'; })).toBe('ok'); // biome-ignore format: one line
  await expect(report.during('sound', async () => { clock.seconds += 3; throw new Error('no'); })).rejects.toThrow('no'); // biome-ignore format: one line
  clock.seconds += 1;
  expect(report.seconds()).toEqual({ model: 0, sound: 5, capture: 0, portrait: 0, motion: 0, frames: 0, film: 0, total: 6 });
  expect(events).toEqual([{ stage: 'sound' }, { stage: 'sound' }]);
});

test('counts items and charges a stage for making them, not for using them', async () => {
  const { events, clock, report } = recorded();
  async function* source() {
    for (const item of ['a', 'b']) {
      clock.seconds += 1;
      yield item;
    }
  }
  for await (const _ of report.counting('frames', source(), 2)) clock.seconds += 10;
  expect(report.seconds()).toMatchObject({ frames: 2, total: 22 });
  expect(events).toEqual([{ stage: 'frames', done: 0, total: 2 }, { stage: 'frames', done: 1, total: 2 }, { stage: 'frames', done: 2, total: 2 }]);
});

test('closes what it counts when the consumer stops early', async () => {
  let closed = false;
  async function* source() {
    try {
      for (;;) yield 1;
    } finally {
      closed = true;
    }
  }
  const counted = recorded().report.counting('motion', source(), 5);
  await counted.next();
  await counted.return(undefined);
  expect(closed).toBe(true);
  expect(await collect(counted)).toEqual([]);
});

test('tells each warning once and keeps them', () => {
  const { events, report } = recorded();
  report.warn(['small face', 'noise']);
  report.warn(['noise', 'late']);
  expect(report.warnings).toEqual(['small face', 'noise', 'late']);
  expect(events).toEqual([{ warning: 'small face' }, { warning: 'noise' }, { warning: 'late' }]);
});
