import { describe, expect, test } from 'vitest';
import { solvePerformer } from '../../../../src/capture/solve/performer.ts';
import { createSolver } from '../../../../src/capture/solve/solver.ts';
import { channel, channelNames, coefficientCount } from '../../../../src/motion/channels.ts';
import { shippedRig } from '../../../support/portrait.ts';
import { shippedResponses, type TakePose, takeLandmarks } from '../../../support/take.ts';

const rig = shippedRig();
const responses = shippedResponses();
const landmarks = (pose: TakePose = {}): Float32Array => takeLandmarks(rig, responses, pose);
const performerOf = (pose: TakePose = {}) => solvePerformer(rig, [{ landmarks: landmarks(pose), confidence: 1 }]);

describe('createSolver', () => {
  test('finds nothing in the neutral face', () => {
    const solver = createSolver(rig, responses, performerOf());
    const { motion, confidence } = solver.solve(landmarks());
    for (const [k, value] of motion.entries()) expect(Math.abs(value), channelNames[k]).toBeLessThan(0.01);
    expect(confidence).toBeGreaterThan(0.99);
  });

  test.each([
    ['headPitch', { pitch: 12 }, 12],
    ['headYaw', { yaw: -20 }, -20],
    ['headRoll', { roll: 15 }, 15],
  ] as const)('reads %s of a solid head within half a degree', (name, pose, angle) => {
    const { motion } = createSolver(rig, responses, performerOf()).solve(landmarks(pose));
    expect(Math.abs(motion[channel[name]] - angle)).toBeLessThan(0.5);
  });

  test('reads turns against the neutral pose, or against the camera', () => {
    const performer = performerOf({ yaw: 10 });
    const relative = createSolver(rig, responses, performer).solve(landmarks({ yaw: 16 })).motion[channel.headYaw];
    const absolute = createSolver(rig, responses, performer, { mode: 'absolute' }).solve(landmarks({ yaw: 16 })).motion[channel.headYaw];
    expect(Math.abs(relative - 6)).toBeLessThan(0.6);
    expect(Math.abs(absolute - 16)).toBeLessThan(1.5);
  });

  test('reads shifts in face heights and nearness as the renderer draws it', () => {
    const performer = performerOf();
    const solver = createSolver(rig, responses, performer);
    const moved = solver.solve(landmarks({ x: 320 + 0.2 * performer.faceHeightPixels, y: 300 - 0.1 * performer.faceHeightPixels })).motion.slice();
    expect(moved[channel.headX]).toBeCloseTo(0.2, 2);
    expect(moved[channel.headY]).toBeCloseTo(0.1, 2);
    // zoom = 7 / (7 - z)
    expect(solver.solve(landmarks({ scale: 132 })).motion[channel.headZ]).toBeCloseTo(7 * (1 - 1 / 1.1), 1);
  });

  test.each(['mouthSmileLeft', 'mouthPucker', 'mouthUpperUpRight', 'jawLeft', 'browInnerUp', 'eyeLookInRight', 'cheekPuff'] as const)('finds %s, and most of it', (name) => {
    const { motion } = createSolver(rig, responses, performerOf()).solve(landmarks({ expression: { [name]: 1 } }));
    const largest = motion.subarray(0, coefficientCount).reduce((best, value, k) => (value > motion[best] ? k : best), 0);
    expect(channelNames[largest]).toBe(name);
    expect(motion[channel[name]]).toBeGreaterThan(0.55);
  });

  test('keeps what goes beyond 1', () => {
    const { motion } = createSolver(rig, responses, performerOf()).solve(landmarks({ expression: { mouthSmileLeft: 1.4, mouthSmileRight: 1.4 } }));
    expect(Math.min(motion[channel.mouthSmileLeft], motion[channel.mouthSmileRight])).toBeGreaterThan(1);
  });

  test('closes an eye that is nearly shut, and the other one not', () => {
    const { motion } = createSolver(rig, responses, performerOf()).solve(landmarks({ expression: { eyeBlinkLeft: 1.1 } }));
    expect(motion[channel.eyeBlinkLeft]).toBeGreaterThan(0.9);
    expect(motion[channel.eyeBlinkRight]).toBeLessThan(0.1);
  });

  test('gives the same for a frame whatever came before it', () => {
    const performer = performerOf();
    const [fresh, used] = [createSolver(rig, responses, performer), createSolver(rig, responses, performer)];
    const pose = { yaw: 8, expression: { jawOpen: 0.4, browInnerUp: 0.5 } };
    for (const yaw of [-20, 0, 20]) used.solve(landmarks({ yaw, expression: { mouthPucker: 1 } }));
    const a = fresh.solve(landmarks(pose)).motion;
    const b = used.solve(landmarks(pose)).motion;
    for (let k = 0; k < a.length; k++) expect(Math.abs(a[k] - b[k]), channelNames[k]).toBeLessThan(0.02);
  });

  test('trusts landmarks less that are no face', () => {
    const solver = createSolver(rig, responses, performerOf());
    expect(solver.solve(landmarks({ noise: 25 })).confidence).toBeLessThan(0.5);
  });
});
