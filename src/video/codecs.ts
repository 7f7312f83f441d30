/** How pictures are coded: which encoder does it, how its quality is told, what it needs said. Pure data and functions; measured in docs/film.md. */

/** Those that --codec names. */
export const codecNames = ['h264', 'h265', 'vp9', 'av1', 'prores'] as const;
export type CodecName = (typeof codecNames)[number];
/** All; the others are what their files hold, and nothing to choose. */
export type Coding = CodecName | 'gif' | 'apng' | 'png' | 'jpeg' | 'webp';

export interface CodingOptions {
  /** As --crf: 0..51, lower is better. */
  readonly crf: number;
  readonly hasAlpha: boolean;
  readonly width: number;
  readonly height: number;
  /** One of `encodersOf`. */
  readonly encoder: string;
}

interface Codec {
  /** Of ffmpeg, the best first. */
  readonly encoders: readonly string[];
  readonly keepsAlpha: boolean;
  readonly write: (options: CodingOptions) => string[];
}

// sRGB to BT.709, limited range. Without the matrix swscale uses BT.601's and reds and greens shift.
const toBt709 = 'scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int';
const tagBt709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
// ProRes takes its colour tags from the frames, not from the encoder's options.
const tagFrames = 'setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709';

function inBt709(pixels: string, encoding: readonly string[], more = ''): string[] {
  return ['-vf', `${toBt709}${more},format=${pixels}`, ...encoding, '-pix_fmt', pixels, ...tagBt709];
}

/**
 * An encoder's own number for what H.264 makes of `crf`: `at18` looks as its 18 does, and `slope` of them as one of its steps (SSIM of two films, docs/film.md).
 * 0 is lossless with some, and never meant.
 */
function scaleCrf(crf: number, at18: number, slope: number, most: number): string {
  return String(Math.max(1, Math.min(most, Math.round(at18 + (crf - 18) * slope))));
}

const codecs: Readonly<Record<Coding, Codec>> = {
  h264: {
    encoders: ['libx264'],
    keepsAlpha: false,
    // veryfast: 1.0 s of processor time for 4 s at 512x512, medium 3.1 s for a file a third larger (SSIM 0.978, 0.983 on a talking head with grain; docs/film.md).
    write: ({ crf }) => inBt709('yuv420p', ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(crf)]),
  },
  h265: {
    encoders: ['libx265'],
    keepsAlpha: false,
    // Its own report of what it does would pass for a complaint.
    write: ({ crf }) => inBt709('yuv420p', ['-c:v', 'libx265', '-preset', 'veryfast', '-crf', scaleCrf(crf, 20, 1.1, 51), '-x265-params', 'log-level=error']),
  },
  vp9: {
    encoders: ['libvpx-vp9'],
    keepsAlpha: true,
    // realtime: the encoder shares the processor with the renderer. Frames that are shown later than they are coded would leave their alpha behind.
    write: ({ crf, hasAlpha }) => inBt709(hasAlpha ? 'yuva420p' : 'yuv420p', ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '6', '-row-mt', '1', '-auto-alt-ref', '0', '-b:v', '0', '-crf', scaleCrf(crf, 24, 2.1, 63)]),
  },
  av1: {
    encoders: ['libsvtav1', 'libaom-av1'],
    keepsAlpha: false,
    write: ({ crf, encoder }) => inBt709('yuv420p', encoder === 'libsvtav1' ? ['-c:v', 'libsvtav1', '-preset', '10', '-crf', scaleCrf(crf, 32, 2.6, 63)] : ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-row-mt', '1', '-b:v', '0', '-crf', scaleCrf(crf, 19, 2.6, 63)]),
  },
  prores: {
    encoders: ['prores_ks'],
    keepsAlpha: true,
    write: ({ hasAlpha }) => {
      const profile = hasAlpha ? ['-profile:v', '4444', '-alpha_bits', '16'] : ['-profile:v', 'hq'];
      return inBt709(hasAlpha ? 'yuva444p10le' : 'yuv422p10le', ['-c:v', 'prores_ks', ...profile, '-vendor', 'apl0'], `,${tagFrames}`);
    },
  },
  gif: { encoders: ['gif'], keepsAlpha: false, write: ({ width, height }) => ['-vf', onePalette(width, height), '-c:v', 'gif'] },
  // Filter and level: docs/film.md.
  apng: { encoders: ['apng'], keepsAlpha: true, write: ({ hasAlpha }) => ['-c:v', 'apng', ...deflate, '-pix_fmt', hasAlpha ? 'rgba' : 'rgb24'] },
  png: { encoders: ['png'], keepsAlpha: true, write: ({ hasAlpha }) => ['-c:v', 'png', ...deflate, '-pix_fmt', hasAlpha ? 'rgba' : 'rgb24'] },
  // JFIF: full range and BT.601's matrix.
  jpeg: { encoders: ['mjpeg'], keepsAlpha: false, write: ({ crf }) => ['-vf', 'scale=in_range=full:out_range=full:out_color_matrix=bt601:flags=bicubic+accurate_rnd+full_chroma_int,format=yuvj420p', '-c:v', 'mjpeg', '-q:v', String(jpegScale(crf)), '-pix_fmt', 'yuvj420p'] },
  webp: { encoders: ['libwebp'], keepsAlpha: true, write: ({ crf, hasAlpha }) => ['-c:v', 'libwebp', '-quality', String(webpQuality(crf)), '-compression_level', '2', '-pix_fmt', hasAlpha ? 'bgra' : 'bgr0'] },
};

const deflate = ['-pred', 'paeth', '-compression_level', '3'];

const paletteBytes = 100e6;
/**
 * One palette for the whole film, from its first frames: a talking head keeps its colours (36.71 dB against 36.75 with a palette from all frames),
 * and only those frames are held. Ordered dither: error diffusion would make still parts swarm.
 */
function onePalette(width: number, height: number): string {
  const frames = Math.max(2, Math.min(50, Math.floor(paletteBytes / (width * height * 4))));
  return `split[seen][shown];[seen]trim=end_frame=${frames},palettegen=stats_mode=full[palette];[shown][palette]paletteuse=dither=bayer:bayer_scale=3:diff_mode=rectangle`;
}

function jpegScale(crf: number): number {
  return Math.min(31, Math.max(1, Math.round(2 + (crf - 18) / 3)));
}

function webpQuality(crf: number): number {
  return Math.min(100, Math.max(1, Math.round(90 - (crf - 18) * 2)));
}

export function encodersOf(coding: Coding): readonly string[] {
  return codecs[coding].encoders;
}

export function keepsAlpha(coding: Coding): boolean {
  return codecs[coding].keepsAlpha;
}

/** Filter, encoder and colours. */
export function codingArguments(coding: Coding, options: CodingOptions): string[] {
  return codecs[coding].write(options);
}
