/** Draws over a picture what was found in it. */
import sharp from 'sharp';
import type { Box } from '../face/pixels.ts';
import type { Picture } from './picture.ts';

export interface Overlay {
  /** Of all faces, pixels. */
  readonly boxes: readonly Box[];
  /** Which of them speaks. */
  readonly speaking: number;
  /** [478, 3] x, y, z in picture pixels. */
  readonly landmarks: Float32Array;
  /** The fitted head: positions [V, 3] in picture pixels, x right, y down, z to the viewer; triangles [T, 3], counter-clockwise seen from outside. */
  readonly mesh: { readonly positions: Float32Array; readonly triangles: Uint32Array };
}

const [speakingColour, otherColour, meshColour, landmarkColour] = ['#ffd400', '#9aa0a6', '#00e5ff', '#ff2d95'];

/** PNG bytes, as large as the picture. */
export async function drawOverlay(picture: Picture, overlay: Overlay): Promise<Uint8Array> {
  const { width, height } = picture;
  const drawing = overlaySvg(width, height, overlay);
  return sharp(picture.rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .composite([{ input: Buffer.from(drawing), limitInputPixels: false }])
    .removeAlpha()
    .png()
    .toBuffer();
}

export function overlaySvg(width: number, height: number, { boxes, speaking, landmarks, mesh }: Overlay): string {
  const size = boxes[speaking] === undefined ? Math.max(width, height) : Math.max(boxes[speaking].width, boxes[speaking].height);
  const stroke = Math.max(1, size / 200);
  const frames = boxes.map((box, i) => {
    const colour = i === speaking ? speakingColour : otherColour;
    const text = Math.max(10, Math.max(box.width, box.height) / 8);
    return [
      `<rect x="${short(box.x)}" y="${short(box.y)}" width="${short(box.width)}" height="${short(box.height)}" fill="none" stroke="${colour}" stroke-width="${short(stroke * 1.5)}"/>`,
      `<text x="${short(box.x + stroke * 3)}" y="${short(box.y + text)}" font-size="${short(text)}" font-family="sans-serif" fill="${colour}">${i + 1}</text>`,
    ].join('');
  });
  const dots = Array.from({ length: landmarks.length / 3 }, (_, i) => `<circle cx="${short(landmarks[i * 3])}" cy="${short(landmarks[i * 3 + 1])}" r="${short(stroke * 0.8)}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<path d="${meshPath(mesh)}" fill="none" stroke="${meshColour}" stroke-width="${short(stroke * 0.25)}" stroke-opacity="0.55"/>`,
    `<g fill="${landmarkColour}">${dots.join('')}</g>`,
    ...frames,
    '</svg>',
  ].join('');
}

/** The edges of the triangles that face the viewer, each once. */
function meshPath({ positions, triangles }: Overlay['mesh']): string {
  const drawn = new Set<number>();
  const count = positions.length / 3;
  const parts: string[] = [];
  for (let at = 0; at < triangles.length; at += 3) {
    const corners = [triangles[at], triangles[at + 1], triangles[at + 2]];
    if (!facesViewer(positions, corners)) continue;
    for (const [from, to] of [[corners[0], corners[1]], [corners[1], corners[2]], [corners[2], corners[0]]]) {
      const key = Math.min(from, to) * count + Math.max(from, to);
      if (drawn.has(key)) continue;
      drawn.add(key);
      parts.push(`M${short(positions[from * 3])} ${short(positions[from * 3 + 1])}L${short(positions[to * 3])} ${short(positions[to * 3 + 1])}`);
    }
  }
  return parts.join('');
}

/** Counter-clockwise with y up is a negative area with y down. */
function facesViewer(positions: Float32Array, [a, b, c]: readonly number[]): boolean {
  const [ax, ay] = [positions[a * 3], positions[a * 3 + 1]];
  return (positions[b * 3] - ax) * (positions[c * 3 + 1] - ay) - (positions[b * 3 + 1] - ay) * (positions[c * 3] - ax) < 0;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
