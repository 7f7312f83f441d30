/** Step 7: the light inside the mouth: colours of teeth, gums, tongue and cavity, sample by sample. */
import { clamp } from '../drawing/geometry.ts';
import type { Colour, MouthColours } from '../skin/light.ts';
import { interiorChannels, interiorCode, type MouthInterior } from './mouth.ts';
import { holeCode, type Opening } from '../drawing/opening.ts';
import { clearTarget, createTarget, drawMesh, type RasterTarget } from '../drawing/raster.ts';
import { part } from '../../rig/rig.ts';

const code = {
  cavity: interiorCode + part.cavity,
  upperGum: interiorCode + part.upperGum,
  lowerGum: interiorCode + part.lowerGum,
  upperTeeth: interiorCode + part.upperTeeth,
  lowerTeeth: interiorCode + part.lowerTeeth,
  tongue: interiorCode + part.tongue,
};

/** brightness -> brightness ** exponent, tabulated. */
export interface PowerTable {
  values: Float32Array;
}
const tableSteps = 256;
const tableEnd = 1.5;

export function buildPower(exponent: number): PowerTable {
  return { values: Float32Array.from({ length: tableSteps + 2 }, (_, i) => ((i / tableSteps) * tableEnd) ** exponent) };
}

/** value 0..1.5 */
export function powerAt({ values }: PowerTable, value: number): number {
  const at = value <= 0 ? 0 : value >= tableEnd ? tableSteps : value * (tableSteps / tableEnd);
  const i = at | 0;
  return values[i] + (values[i + 1] - values[i]) * (at - i);
}

export interface InsideShader {
  target: RasterTarget;
  /** Albedo by interior code, 0..255 */
  albedo: Colour[];
  powers: [PowerTable, PowerTable, PowerTable];
  /** [65] light that reaches a depth of i / 64 decimetres behind the lips: this frame's */
  reach: Float32Array;
  /** 0 photo, 1 lines or flat colours */
  unshaded: number;
}

export function buildShader(colours: MouthColours): InsideShader {
  const albedo: Colour[] = [];
  albedo[code.cavity] = colours.cavity;
  albedo[code.upperGum] = colours.gum;
  albedo[code.lowerGum] = colours.gum;
  albedo[code.upperTeeth] = colours.teeth;
  albedo[code.lowerTeeth] = colours.lowerTeeth;
  albedo[code.tongue] = colours.tongue;
  return {
    target: createTarget(interiorChannels),
    albedo,
    powers: colours.shadeExponents.map(buildPower) as InsideShader['powers'],
    reach: new Float32Array(depthSteps + 2),
    unshaded: Math.max(colours.style.line, colours.style.flat),
  };
}

const depthSteps = 64;
/** Light falls off over this depth (decimetres) behind the lips in a mouth that is just open, and over so much more for each decimetre that it is open. */
const leastReach = 0.28;
const reachPerGap = 1.1;
/** The teeth's own depth: no falloff up to there. */
const freeDepth = 0.11;
/** Even the throat is not black. */
const deepest = 0.16;

/** `gap`: decimetres between the lips at the widest. */
function fillReach(reach: Float32Array, gap: number): void {
  const length = leastReach + reachPerGap * clamp(gap, 0, 0.5);
  for (let i = 0; i < reach.length; i++) reach[i] = deepest + (1 - deepest) * Math.exp(-Math.max(0, i / depthSteps - freeDepth) / length);
}

/**
 * Sums the samples' colours times their share of the pixel into `planes` [h, w] red, green, blue. Lit from the front and a little from above.
 * `lipDepth`: depth of the lips' foremost point; `scale`: pixels per decimetre; `gap`: decimetres between the lips.
 */
export function shadeInside(shader: InsideShader, interior: MouthInterior, opening: Opening, planes: readonly Float32Array[], w: number, h: number, lipDepth: number, scale: number, gap: number): void {
  const { target, albedo, powers, reach, unshaded } = shader;
  const [powerRed, powerGreen, powerBlue] = powers;
  const { samples } = opening;
  const [red, green, blue] = planes;
  for (let c = 0; c < 3; c++) planes[c].fill(0, 0, w * h);
  clearTarget(target, w * samples, h * samples);
  drawMesh(target, interior.mesh, { x: opening.x0, y: opening.y0, scale: samples }, 'both');
  fillReach(reach, gap);
  const share = 1 / (samples * samples);
  const inverseScale = 1 / scale;
  const { values, depth, codes } = target;
  const deep = albedo[code.cavity];
  const skinCodes = opening.target.codes;
  for (let sy = 0; sy < h * samples; sy++) {
    const row = Math.floor(sy / samples) * w;
    for (let sx = 0; sx < w * samples; sx++) {
      const i = sy * w * samples + sx;
      if (skinCodes[i] !== holeCode) continue;
      const pixel = row + Math.floor(sx / samples);
      const kind = codes[i] || code.cavity;
      const colour = albedo[kind];
      let lit = deepest;
      let shine = 0;
      let warm = 0;
      let rear = 0;
      /** Brightness in a picture without shading: one tone for each part, back teeth in the dark */
      let plain = 0.5;
      if (codes[i]) {
        const from = i * interiorChannels;
        let nx = values[from];
        const ny = values[from + 1];
        const across = values[from + 2];
        const along = values[from + 3];
        const behind = (lipDepth - depth[i]) * inverseScale;
        const step = behind <= 0 ? 0 : behind >= 1 ? depthSteps : behind * depthSteps;
        const light = reach[step | 0] + (reach[(step | 0) + 1] - reach[step | 0]) * (step - (step | 0));
        if (kind === code.tongue) {
          // A groove along the middle, deeper behind the tip; rounded sides.
          plain = 0.75;
          const groove = across / (1 + 90 * across * across * across * across) * (1 - 0.6 * along);
          nx -= 1.1 * groove;
          const nz = Math.sqrt(Math.max(0.02, 1 - nx * nx - ny * ny));
          const facing = clamp(0.1 * nx + 0.5 * ny + 0.85 * nz, 0, 1);
          const furrow = 1 - (0.2 * (1 - 0.6 * along)) / (1 + 160 * across * across);
          lit = (0.25 + 0.75 * facing) * furrow * Math.min(1, 1.3 * light + 0.1) * (0.34 + 0.66 * along);
          const glint = clamp(0.12 * nx + 0.62 * ny + 0.775 * nz, 0, 1);
          const g4 = glint * glint * glint * glint;
          shine = 0.1 * g4 * g4 * g4 * g4 * light;
        } else if (kind === code.cavity) {
          // The palate catches some light, the throat none.
          lit = light * (0.8 + 0.4 * Math.max(0, across)) * (1 - 0.45 * clamp(along, 0, 1));
        } else {
          const nz = Math.sqrt(Math.max(0.02, 1 - nx * nx - ny * ny));
          const facing = clamp(0.08 * nx + 0.3 * ny + 0.95 * nz, 0, 1);
          lit = (0.44 + 0.62 * facing) * light;
          plain = kind >= code.upperTeeth ? 0.97 : 0.7;
          if (kind >= code.upperTeeth) {
            // Neighbours shade each other's sides; enamel is thicker and warmer towards the gum, clearer at the edge.
            const a2 = across * across;
            const a12 = a2 * a2 * a2 * a2 * a2 * a2;
            const edge = clamp((along - 0.78) * 4.5, 0, 1);
            const root = clamp(1 - along * 2.2, 0, 1);
            lit *= (1 - (kind === code.upperTeeth ? 0.42 : 0.28) * a12) * (1 - 0.13 * edge) * (1 - 0.2 * root);
            warm = 0.06 * root - 0.05 * edge;
            const glint = clamp(0.12 * nx + 0.25 * ny + 0.96 * nz, 0, 1);
            const g4 = glint * glint * glint * glint;
            const g16 = g4 * g4 * g4 * g4;
            shine = 0.09 * g16 * g16 * light;
          }
          // What stands far back fades into the cavity.
          rear = clamp((behind - 0.2) * 4, 0, 1);
          lit += rear * (0.6 * light - lit);
          plain += rear * (0.5 - plain);
          shine *= 1 - rear;
          warm *= 1 - rear;
        }
        if (unshaded > 0) {
          lit += unshaded * (plain - lit);
          shine *= 1 - unshaded;
          warm *= 1 - unshaded;
        }
      }
      shine *= 255;
      red[pixel] += share * ((colour[0] + rear * (deep[0] - colour[0])) * powerAt(powerRed, lit) * (1 + warm) + shine);
      green[pixel] += share * ((colour[1] + rear * (deep[1] - colour[1])) * powerAt(powerGreen, lit) + shine);
      blue[pixel] += share * ((colour[2] + rear * (deep[2] - colour[2])) * powerAt(powerBlue, lit) * (1 - 1.6 * warm) + shine);
    }
  }
}
