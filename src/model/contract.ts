/** What the pipeline feeds to the networks of kind "rig" and reads from them: docs/architecture.md, docs/models.md. Sizes written as words are open. */
import type { Manifest, NetworkName } from './manifest.ts';

type Shapes = Readonly<Record<string, readonly (number | string)[]>>;
interface Signature {
  readonly inputs: Shapes;
  readonly outputs: Shapes;
}

const encoderStates = 512;
const square = (side: number): Shapes => ({ image: [1, side, side, 3] });

/** `src/face/` and `src/portrait/` fix the sizes of the face networks, `src/audio/` those of the encoder, the manifest's own motion those of the denoiser. */
export function signaturesOf({ motion, sound }: Pick<Manifest, 'motion' | 'sound'>): Record<NetworkName, Signature> {
  const { clipFrames, previousFrames, lookaheadFrames } = motion;
  const channels = motion.channels.length;
  const tokens = ((previousFrames + clipFrames + lookaheadFrames) * sound.tokensPerSecond) / motion.fps;
  return {
    speechEncoder: { inputs: { mel: [1, sound.melBins, 'hops'] }, outputs: { states: [1, 'tokens', encoderStates] } },
    denoiser: {
      inputs: { x: ['batch', clipFrames, channels], sigma: ['batch'], sound: ['batch', tokens, sound.tokenSize], has_sound: ['batch'], previous: ['batch', previousFrames, channels], has_previous: ['batch'] },
      outputs: { denoised: ['batch', clipFrames, channels] },
    },
    faceDetectorNear: { inputs: square(128), outputs: { boxes: [1, 896, 16], scores: [1, 896] } },
    faceDetectorFar: { inputs: square(192), outputs: { boxes: [1, 2304, 16], scores: [1, 2304] } },
    faceMesh: {
      inputs: square(192),
      outputs: { mesh: [1, 468, 3], lips: [1, 80, 2], left_eye: [1, 71, 2], right_eye: [1, 71, 2], left_iris: [1, 5, 2], right_iris: [1, 5, 2], face_flag: [1] },
    },
    personMask: { inputs: square(256), outputs: { mask: [1, 256, 256] } },
  };
}

/** The first place where the manifest's networks are not those of the kind, as "field: expected ..., got ..."; undefined where they agree. */
export function findBreach(manifest: Manifest): string | undefined {
  const { tokenSize, melBins } = manifest.sound;
  const expectedSize = encoderStates + 2 * melBins;
  if (tokenSize !== expectedSize) return `sound.tokenSize: expected ${expectedSize}, got ${tokenSize}`;
  for (const [name, signature] of Object.entries(signaturesOf(manifest)) as [NetworkName, Signature][]) {
    for (const side of ['inputs', 'outputs'] as const) {
      const found = manifest.networks[name][side];
      for (const [tensor, shape] of Object.entries(signature[side])) {
        if (!fits(found[tensor], shape)) return `networks.${name}.${side}.${tensor}: expected [${shape.join(', ')}], got ${found[tensor] === undefined ? 'nothing' : `[${found[tensor].join(', ')}]`}`;
      }
      const extra = side === 'inputs' ? Object.keys(found).find((tensor) => !(tensor in signature.inputs)) : undefined;
      if (extra !== undefined) return `networks.${name}.inputs.${extra}: expected nothing more than ${Object.keys(signature.inputs).join(', ')}`;
    }
  }
  return undefined;
}

/** An open size takes any number, on either side. */
function fits(found: readonly (number | string)[] | undefined, wanted: readonly (number | string)[]): boolean {
  return found !== undefined && found.length === wanted.length && wanted.every((length, i) => typeof length === 'string' || typeof found[i] === 'string' || length === found[i]);
}
