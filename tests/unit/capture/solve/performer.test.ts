import { describe, expect, test } from 'vitest';
import { solvePerformer } from '../../../../src/capture/solve/performer.ts';
import { createSolver } from '../../../../src/capture/solve/solver.ts';
import { channel, channelNames, coefficientCount } from '../../../../src/motion/channels.ts';
import { shippedRig } from '../../../support/portrait.ts';
import { shippedResponses, type TakePose, takeLandmarks } from '../../../support/take.ts';

const rig = shippedRig();
const responses = shippedResponses();
const sample = (pose: TakePose, confidence = 1) => ({ landmarks: takeLandmarks(rig, responses, pose), confidence });

describe('solvePerformer', () => {
  test('takes the performer out: a face of its own shape at rest is no expression', () => {
    const identity = Float32Array.from({ length: 40 }, (_, k) => (k < 10 ? 1.5 * (-1) ** k : 0));
    const performer = solvePerformer(rig, [sample({ identity })]);
    const { motion } = createSolver(rig, responses, performer).solve(takeLandmarks(rig, responses, { identity }));
    for (let k = 0; k < coefficientCount; k++) expect(motion[k], channelNames[k]).toBeLessThan(0.02);
  });

  test('finds the frames at rest among those that speak, blink and frown', () => {
    const busy: TakePose[] = [{ expression: { jawOpen: 0.5 } }, { expression: { eyeBlinkLeft: 1, eyeBlinkRight: 1 } }, { expression: { browDownLeft: 1, browDownRight: 1 } }];
    const samples = Array.from({ length: 24 }, (_, i) => sample(i % 2 ? { noise: 0.2 } : busy[(i / 2) % 3]));
    const { neutralFrames } = solvePerformer(rig, samples);
    expect(neutralFrames.length).toBeGreaterThan(2);
    for (const i of neutralFrames) expect(i % 2).toBe(1);
  });

  test('takes the frames that are told to be neutral', () => {
    const samples = [sample({}), sample({ expression: { mouthSmileLeft: 0.6, mouthSmileRight: 0.6 } }), sample({})];
    const performer = solvePerformer(rig, samples, { neutral: [1] });
    const { motion } = createSolver(rig, responses, performer).solve(samples[1].landmarks);
    expect(motion[channel.mouthSmileLeft]).toBeLessThan(0.02);
  });

  test('refuses a take without a clear face', () => {
    expect(() => solvePerformer(rig, [sample({}, 0.2)])).toThrow('take: expected frames that show a face clearly, got none in 1');
  });
});
