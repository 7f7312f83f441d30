import { expect, test } from 'vitest';
import { type ChannelName, channel } from '../../../src/motion/channels.ts';
import { lipGapRow } from '../../../src/rig/lip-gap.ts';
import { shippedRig } from '../../support/portrait.ts';

// training/motion/facepoints.py: lip_rows(load_rig("models/default/rig.bin"))[0]
const expected: Partial<Record<ChannelName, number>> = {
  jawOpen: 0.7537, mouthClose: -0.7536, mouthUpperUpLeft: 0.0587, mouthLowerDownRight: 0.0476, mouthFunnel: 0.2506, mouthRollLower: -0.0744, mouthShrugLower: -0.1008, mouthShrugUpper: 0.0894,
  mouthSmileLeft: -0.0003, browInnerUp: 0,
}; // biome-ignore format: a table

test('the shipped rig parts the lips as the training code says', () => {
  const row = lipGapRow(shippedRig());
  expect(row).toHaveLength(52);
  for (const [name, value] of Object.entries(expected)) expect(row[channel[name as ChannelName]], name).toBeCloseTo(value, 3);
});
