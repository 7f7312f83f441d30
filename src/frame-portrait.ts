/** From a picture to what the renderer takes: the face chosen, the frame planned, the person masked. */
import type { Model } from './model/open.ts';
import type { OptionValues } from './options.ts';
import { choosePortrait } from './portrait/choose.ts';
import { expandMask, maskPerson } from './portrait/mask.ts';
import type { Box, Picture } from './portrait/picture.ts';
import { applyPlan, type FramePlan, planFrame } from './portrait/plan.ts';
import type { RenderSource } from './render/renderer.ts';

export async function framePortrait(
  picture: Picture,
  { face: wished, size, crop, alpha: isCutout }: Pick<OptionValues, 'face' | 'size' | 'crop' | 'alpha'>,
  { faceDetectorNear: near, faceDetectorFar: far, faceMesh: mesh, personMask }: Model['networks'],
): Promise<{ source: RenderSource; warnings: readonly string[] }> {
  const { face, warnings } = await choosePortrait(picture, { near, far, mesh }, { face: wished });
  const plan = planFrame(picture, face.bounds, { size, crop });
  const { picture: framed, landmarks } = await applyPlan(picture, face.landmarks, plan);
  const { width, height } = plan;
  const alpha = isCutout ? framed.alpha : null; // its own mask
  const mask = alpha ? null : expandMask(await maskPerson(framed, personMask, toFrame(face.bounds, plan)), framed);
  return { source: { width, height, rgb: framed.rgb, alpha, landmarks, mask, maskWidth: width, maskHeight: height }, warnings };
}

/** Picture pixels → film pixels. */
function toFrame(box: Box, { crop, width, height }: FramePlan): Box {
  const [scaleX, scaleY] = [width / crop.width, height / crop.height];
  return { x: (box.x - crop.x) * scaleX, y: (box.y - crop.y) * scaleY, width: box.width * scaleX, height: box.height * scaleY };
}
