/** From a picture to what the renderer takes: the face chosen, the frame planned, the person masked. */
import type { Box } from './face/pixels.ts';
import type { Model } from './model/open.ts';
import type { OptionValues } from './options.ts';
import { choosePortrait, type PortraitFace } from './portrait/choose.ts';
import { expandMask, maskPerson } from './portrait/mask.ts';
import type { Picture } from './portrait/picture.ts';
import { applyPlan, type FramePlan, planFrame } from './portrait/plan.ts';
import type { RenderSource } from './render/renderer.ts';

type Networks = Model['networks'];

/** The face that speaks, and what may look wrong with it. */
export interface FoundPortrait {
  readonly face: PortraitFace;
  /** Of the picture, pixels. */
  readonly width: number;
  readonly height: number;
  readonly warnings: readonly string[];
}

export async function findPortrait(picture: Picture, wished: number | undefined, { faceDetectorNear: near, faceDetectorFar: far, faceMesh: mesh }: Networks): Promise<FoundPortrait> {
  const { face, warnings } = await choosePortrait(picture, { near, far, mesh }, { face: wished });
  return { face, width: picture.width, height: picture.height, warnings };
}

export async function framePortrait(picture: Picture, values: Pick<OptionValues, 'face' | 'size' | 'crop' | 'alpha'>, networks: Networks): Promise<{ source: RenderSource; warnings: readonly string[] }> {
  const { face, warnings } = await findPortrait(picture, values.face, networks);
  return { source: await frameFace(picture, face, values, networks), warnings };
}

/** The picture around a face that was found already. */
export async function frameFace(picture: Picture, face: PortraitFace, { size, crop, alpha: isCutout }: Pick<OptionValues, 'size' | 'crop' | 'alpha'>, { personMask }: Networks): Promise<RenderSource> {
  const plan = planFrame(picture, face.bounds, { size, crop });
  const { picture: framed, landmarks } = await applyPlan(picture, face.landmarks, plan);
  const { width, height } = plan;
  const alpha = isCutout ? framed.alpha : null; // its own mask
  const mask = alpha ? null : expandMask(await maskPerson(framed, personMask, toFrame(face.bounds, plan)), framed);
  return { width, height, rgb: framed.rgb, alpha, landmarks, mask, maskWidth: width, maskHeight: height };
}

/** Picture pixels → film pixels. */
function toFrame(box: Box, { crop, width, height }: FramePlan): Box {
  const [scaleX, scaleY] = [width / crop.width, height / crop.height];
  return { x: (box.x - crop.x) * scaleX, y: (box.y - crop.y) * scaleY, width: box.width * scaleX, height: box.height * scaleY };
}
