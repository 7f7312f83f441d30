import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../../src/motion/channels.ts';
import { rotationOf } from '../../../../src/rig/algebra.ts';
import { type HeadMove, invertMove, movePoint, revertMove, setHeadMove } from '../../../../src/render/rig/pose.ts';

const free = [1e3, 1e3] as const;
const room = { pitch: free, yaw: free, roll: free, x: free, y: free };
const moveOf = (values: Partial<Record<keyof typeof channel, number>>): HeadMove => {
  const motion = new Float32Array(channelCount);
  for (const [name, value] of Object.entries(values)) motion[channel[name as keyof typeof channel]] = value;
  const move: HeadMove = { pivot: [100, 120, -30], rotation: rotationOf(0, 0, 0), shift: [0, 0, 0], zoom: 1, faceHeight: 90, eyeDistance: 360, room };
  setHeadMove(move, motion);
  return move;
};
const moved = (move: HeadMove, x: number, y: number, z: number): number[] => {
  const out = new Float64Array(3);
  movePoint(move, x, y, z, out, 0);
  return Array.from(out);
};

describe('movePoint', () => {
  test('without a turn depth makes no difference', () => {
    const move = moveOf({ headX: 0.1, headY: 0.2 });
    for (const z of [-80, -30, 0, 60]) {
      const [x, y] = moved(move, 140, 90, z);
      expect(x).toBeCloseTo(149, 4);
      expect(y).toBeCloseTo(72, 4);
    }
  });

  test('a turn is seen from the eye: exactly on the axis, and the nearing side grows more than the leaving one', () => {
    const move = moveOf({ headYaw: 90 });
    // 60 px before the pivot and straight ahead: a quarter turn takes it 60 px to the side, at the pivot's depth.
    const [x, y, z] = moved(move, 100, 120, 30);
    expect(x).toBeCloseTo(160, 4);
    expect(y).toBeCloseTo(120, 4);
    expect(z).toBeCloseTo(-30, 4);
    // yaw 10: (±40, 0, 0) from the pivot goes to x = ±40 cos 10, z = ∓40 sin 10, seen 360 / (360 - z) times as large.
    // python: 39.3923 * 360 / (360 + 6.9459) = 38.6467, 39.3923 * 360 / (360 - 6.9459) = 40.1673
    const turned = moveOf({ headYaw: 10 });
    expect(moved(turned, 140, 120, -30)[0] - 100).toBeCloseTo(38.6467, 3);
    expect(moved(turned, 60, 120, -30)[0] - 100).toBeCloseTo(-40.1673, 3);
  });
});

test('invertMove and revertMove find where a moved point came from', () => {
  const move = moveOf({ headYaw: 14, headPitch: -9, headRoll: 6, headX: 0.1, headY: -0.05, headZ: 0.4 });
  const back = new Float64Array(2);
  for (const [x, y, z] of [[130, 80, 25], [70, 150, -60], [100, 120, -30]]) {
    const [u, v, depth] = moved(move, x, y, z);
    invertMove(move, u, v, z, back);
    expect(back[0]).toBeCloseTo(x, 6);
    expect(back[1]).toBeCloseTo(y, 6);
    revertMove(move, u, v, depth, back);
    expect(back[0]).toBeCloseTo(x, 6);
    expect(back[1]).toBeCloseTo(y, 6);
  }
});
