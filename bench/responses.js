// How MediaPipe's landmarks answer to our renderer: node bench/responses.js OUT PICTURE …
// Draws every coefficient alone at 0.5 and 1.0 and turned heads, meshes each frame, takes the head's pose out, and writes for training/evaluate/fit_responses.py
//   OUT/res-NAME.f32        [106, 478, 2] residuals, decimetres in the head frame: rest at activity 0 and 1, then the coefficients
//   OUT/posedelta-NAME.json what the pose of the still head seems to do, and the neutral landmarks
//   OUT/turned-NAME.f32     [frames, 478, 2] residuals of turned and moved heads without expression
// Choose portraits that look ahead, at rest, without dark glasses: some fourteen.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copyPose, createPose, createPoseFitter } from '../dist/capture/solve/head-pose.js';
import { landmarkShapes } from '../dist/capture/solve/landmark-shapes.js';
import { solvePerformer } from '../dist/capture/solve/performer.js';
import { measureResiduals, poseWeights, residualLength } from '../dist/capture/solve/residual.js';
import { framePortrait } from '../dist/frame-portrait.js';
import { openModel } from '../dist/model/open.js';
import { channel, channelCount, coefficientNames } from '../dist/motion/channels.js';
import { loadPicture } from '../dist/portrait/load.js';
import { meshFace } from '../dist/face/mesh.js';
import { createRenderer } from '../dist/render/renderer.js';
import { anglesOf } from '../dist/rig/algebra.js';
import { readRig } from '../dist/rig/rig.js';

const [out, ...pictures] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const bytes = readFileSync(new URL('../models/default/rig.bin', import.meta.url));
const rig = readRig(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
const weights = poseWeights(landmarkShapes(rig));
const turns = [-25, -20, -15, -10, -5, 5, 10, 15, 20, 25];

/** [name of a channel, weight, activity]; what speaks is drawn as it is in speech */
const alone = coefficientNames.flatMap((name) => [0.5, 1].map((weight) => [name, weight, /^(mouth|jaw|tongue|cheekPuff)/.test(name) ? 1 : 0]));
const moved = [
  ...['headYaw', 'headPitch'].flatMap((name) => turns.map((angle) => [name, angle, 0])),
  ...[-25, -15, -5, 5, 15, 25].map((angle) => ['headRoll', angle, 0]),
  ...[['headX', -0.3, 0], ['headX', 0.3, 0], ['headY', -0.2, 0], ['headY', 0.2, 0], ['headZ', -0.7, 0], ['headZ', 0.7, 0]],
];

const model = await openModel('default', { threads: 1 });
for (const path of pictures) {
  const name = basename(path).replace(/\.\w+$/, '');
  const { source } = await framePortrait(await loadPicture(path), { size: 512, crop: 'none', face: undefined }, model.networks);
  const renderer = createRenderer(rig, source, {});
  const box = boxOf(source.landmarks);
  const read = async ([key, weight, activity]) => {
    const rgb = new Uint8Array(source.width * source.height * 3);
    const motion = new Float32Array(channelCount);
    if (key) motion[channel[key]] = weight;
    renderer.render(motion, rgb, activity);
    const { landmarks } = await meshFace({ width: source.width, height: source.height, rgb, alpha: null }, box, { mesh: model.networks.faceMesh });
    return landmarks;
  };
  const rest = [await read([undefined, 0, 0]), await read([undefined, 0, 1])];
  const performers = rest.map((landmarks) => solvePerformer(rig, [{ landmarks, confidence: 1 }]));
  const still = [];
  for (const [index, pose] of [[undefined, 0, 0], [undefined, 0, 1], ...alone].entries()) still.push(measure(performers[pose[2]], index < 2 ? rest[index] : await read(pose)));
  const turned = [];
  for (const pose of moved) turned.push(measure(performers[0], await read(pose)));
  writeRows(join(out, `res-${name}.f32`), still);
  writeRows(join(out, `turned-${name}.f32`), turned);
  writeFileSync(join(out, `posedelta-${name}.json`), JSON.stringify({ dp: still.map(({ moved }) => moved), N: [...performers[0].shape] }));
  console.error(name);
}
await model.close();

function boxOf(landmarks) {
  const column = (axis) => Array.from(landmarks.subarray(0, 468 * 3)).filter((_, i) => i % 3 === axis);
  const [x, y] = [0, 1].map((axis) => Math.min(...column(axis)));
  const keypoints = new Float32Array(12);
  keypoints.set([landmarks[99], landmarks[100], landmarks[789], landmarks[790]]); // outer corners of the eyes: 33, 263
  return { x, y, width: Math.max(...column(0)) - x, height: Math.max(...column(1)) - y, score: 1, keypoints };
}

/** What is left of landmarks when the pose is taken out, and that pose against rest: pitch, yaw, roll (head frame), log scale, x, y in face heights. */
function measure({ shape, rest, view, faceHeightPixels }, landmarks) {
  const pose = createPose();
  copyPose(rest, pose);
  createPoseFitter(view).fit(pose, shape, landmarks, weights, 12);
  const residuals = new Float64Array(residualLength);
  measureResiduals(pose, view.distance, shape, landmarks, residuals);
  const turn = new Float64Array(9);
  for (let i = 0; i < 9; i++) for (let k = 0; k < 3; k++) turn[i] += rest.rotation[k * 3 + Math.floor(i / 3)] * pose.rotation[k * 3 + (i % 3)];
  const { pitch, yaw, roll } = anglesOf(turn);
  return { residuals, moved: [pitch, yaw, roll, Math.log(pose.scale / rest.scale), (pose.x - rest.x) / faceHeightPixels, (pose.y - rest.y) / faceHeightPixels] };
}

function writeRows(path, rows) {
  const all = new Float32Array(rows.length * residualLength);
  for (const [i, { residuals }] of rows.entries()) all.set(residuals, i * residualLength);
  writeFileSync(path, Buffer.from(all.buffer));
}
