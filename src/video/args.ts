/** The arguments that make ffmpeg turn raw frames and a sound into a film. Pure functions. */

export interface FilmArguments {
  /** Even. */
  readonly width: number;
  /** Even. */
  readonly height: number;
  /** Whether frames have a fourth channel, opacity: not for MP4. Default false. */
  readonly hasAlpha?: boolean;
  readonly fps: number;
  readonly crf: number;
  readonly sound: SoundArguments;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where ffmpeg writes; its ending names the container. */
  readonly file: string;
}

/** How the sound goes into the film. */
export interface SoundArguments {
  readonly file: string;
  /** Index of the stream in the file. */
  readonly stream: number;
  /** True puts the stream into the film as it is; nothing may be cut then. */
  readonly copy: boolean;
  /** Hz of the source. */
  readonly sampleRate: number;
  /** Of the source; 0 unknown. */
  readonly channels: number;
  /** Seconds counted in decoded samples from the first one. */
  readonly startSeconds: number;
  /** Undefined: to the end. */
  readonly durationSeconds: number | undefined;
}

/** Everything after the program's name: frames [height, width, 3] uint8, or [height, width, 4] with opacity that the colours are not multiplied by, come in through stdin. */
export function filmArguments(film: FilmArguments): string[] {
  return [
    ...['-f', 'rawvideo', '-pixel_format', film.hasAlpha ? 'rgba' : 'rgb24', '-video_size', `${film.width}x${film.height}`, '-framerate', rational(film.fps), '-i', 'pipe:0'],
    ...['-i', `file:${film.sound.file}`],
    ...['-map', '0:v:0', '-map', `1:${film.sound.stream}`],
    ...pictureArguments(film),
    ...soundArguments(film.sound, containerOf(film.file)),
    ...['-map_metadata', '-1', '-map_chapters', '-1', ...metadataArguments(film.metadata)], // nothing of the sound's own tags: they may name people and places
    ...(containerOf(film.file) === 'webm' ? [] : ['-movflags', '+faststart']),
    ...['-f', containerOf(film.file), '-y', `file:${film.file}`],
  ];
}

type Container = 'mp4' | 'mov' | 'webm';

function containerOf(file: string): Container {
  return /\.webm$/i.test(file) ? 'webm' : /\.mov$/i.test(file) ? 'mov' : 'mp4';
}

/** Whether AAC fits the container that a file's ending names. */
export function takesAac(file: string): boolean {
  return containerOf(file) !== 'webm';
}

// sRGB to BT.709, limited range. Without the matrix swscale uses BT.601's and reds and greens shift.
const toBt709 = 'scale=in_range=full:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int';
const tagBt709 = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];

function pictureArguments({ crf, file, hasAlpha = false }: FilmArguments): string[] {
  const container = containerOf(file);
  if (container === 'webm') {
    // realtime: the encoder shares the processor with the renderer. Frames that are shown later than they are coded would leave their alpha behind.
    const pixels = hasAlpha ? 'yuva420p' : 'yuv420p';
    const speed = ['-deadline', 'realtime', '-cpu-used', '6', '-row-mt', '1', '-auto-alt-ref', '0'];
    return ['-vf', `${toBt709},format=${pixels}`, '-c:v', 'libvpx-vp9', ...speed, '-b:v', '0', '-crf', String(crf), '-pix_fmt', pixels, ...tagBt709];
  }
  if (hasAlpha) {
    // ProRes takes its colour tags from the frames, not from the encoder's options.
    const tagged = `${toBt709},setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709,format=yuva444p10le`;
    return ['-vf', tagged, '-c:v', 'prores_ks', '-profile:v', '4444', '-alpha_bits', '16', '-vendor', 'apl0', '-pix_fmt', 'yuva444p10le', ...tagBt709];
  }
  // veryfast: 1.0 s of processor time for 4 s at 512x512, medium 3.1 s for a file a third larger (SSIM 0.978, 0.983 on a talking head with grain; docs/film.md).
  return ['-vf', `${toBt709},format=yuv420p`, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(crf), '-pix_fmt', 'yuv420p', ...tagBt709];
}

function soundArguments(sound: SoundArguments, container: Container): string[] {
  if (sound.copy) return ['-c:a', 'copy'];
  const end = sound.durationSeconds === undefined ? '' : `:end=${seconds(sound.startSeconds + sound.durationSeconds)}`;
  const isCut = sound.startSeconds > 0 || end !== '';
  const filter = [
    'asetpts=N/SR/TB', // time is counted in samples: a stream that begins late or has gaps must not shift the rest
    ...(isCut ? [`atrim=start=${seconds(sound.startSeconds)}${end}`, 'asetpts=PTS-STARTPTS'] : []),
    `aresample=${container === 'webm' ? 48_000 : playableRate(sound.sampleRate)}`, // Opus has no 44.1 kHz
  ].join(',');
  // More than two channels would need more than 192 kb/s, and few players of such films have them.
  const channels = sound.channels > 2 ? ['-ac', '2'] : [];
  const encoder = container === 'webm' ? ['-c:a', 'libopus', '-b:a', '160k'] : ['-c:a', 'aac', '-b:a', '192k'];
  return ['-af', filter, ...encoder, ...channels];
}

/** 44.1 kHz for it, its parts and multiples, else 48 kHz: the two rates that every player takes. */
function playableRate(sampleRate: number): number {
  return sampleRate > 0 && sampleRate % 11_025 === 0 ? 44_100 : 48_000;
}

export interface Making {
  readonly version: string;
  readonly model: string;
  /** sha256 over all that the film is made of. */
  readonly fingerprint?: string;
  /** Those that shape the film, without paths: paths name people. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What the film says about its making: a sentence for people, and an object for programs. A model's folder is told by its name alone. */
export function provenance({ version, model, fingerprint, options }: Making): Record<string, string> {
  const sentence = `AI-generated by animate ${version} (model ${model.split(/[\\/]/).findLast((part) => part !== '')})`;
  return { comment: fingerprint === undefined ? sentence : `${sentence} ${JSON.stringify({ fingerprint, options })}` };
}

function metadataArguments(metadata: Readonly<Record<string, string>>): string[] {
  return Object.entries(metadata).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
}

/** `25` → `25`, 29.97002997... → `30000/1001`, 12.5 → `12.5` */
export function rational(fps: number): string {
  const ntsc = Math.round((fps * 1001) / 1000);
  return !Number.isInteger(fps) && Math.abs((ntsc * 1000) / 1001 - fps) < 1e-6 ? `${ntsc * 1000}/1001` : String(fps);
}

/** Plain decimals to the microsecond: ffmpeg's filters do not read exponents everywhere. */
function seconds(value: number): string {
  return value.toFixed(6);
}
