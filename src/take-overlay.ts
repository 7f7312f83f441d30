/** The take with the mesh of the face drawn on it: whether the capture saw what was performed. */
import type { TakeWatcher } from './capture.ts';
import type { Take } from './capture/track/take.ts';
import { drawMesh } from './face/draw-mesh.ts';
import type { Pixels } from './face/pixels.ts';
import { type Film, openFilm } from './video/writer.ts';

const quality = 20; // crf: to be looked at once

/** A film as large as the frames that are tracked, at the take's rate and with its sound. It is opened with the first frame. */
export function drawTakeOverlay(take: Take, { ffmpegPath, output, signal }: { ffmpegPath: string; output: string; signal?: AbortSignal | undefined }): TakeWatcher {
  let film: Film | undefined;
  let picture: Uint8Array | undefined;
  let written = 0;
  const open = (width: number, height: number): Promise<Film> =>
    openFilm({ ffmpeg: ffmpegPath, output, width, height, fps: take.fps, sound: take.hasSound ? take.path : undefined, startSeconds: 0, durationSeconds: undefined, crf: quality, metadata: { comment: 'A take with the mesh that animate capture laid on it' }, signal });

  return {
    async see(frame, timeSeconds, landmarks) {
      const [width, height] = [frame.width & ~1, frame.height & ~1]; // H.264 takes even sides
      film ??= await open(width, height);
      picture ??= new Uint8Array(width * height * 3);
      // Frames come when they come; the film has one every 1 / fps seconds.
      if (timeSeconds * take.fps < written - 0.5) return;
      copyCorner(frame, width, height, picture);
      if (landmarks) drawMesh(picture, width, height, landmarks);
      for (; written <= timeSeconds * take.fps + 0.5; written++) await film.write(picture);
    },
    finish: async () => void (await film?.finish()),
    abort: async () => film?.abort(),
  };
}

/** The upper left part of `frame` into `out` [height, width, 3]. */
function copyCorner(frame: Pixels, width: number, height: number, out: Uint8Array): void {
  for (let row = 0; row < height; row++) {
    const from = row * frame.width * 3;
    out.set(frame.rgb.subarray(from, from + width * 3), row * width * 3);
  }
}
