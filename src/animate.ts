/**
 * One portrait and one sound become a talking video:
 * check options → open model → read voice → speech tokens → read portrait, find and fit the face → perform head, brows and eyes → for each clip sample the lips → render frames → write film → rename into place.
 */
import { createHash } from 'node:crypto';
import { openByproducts } from './byproducts.ts';
import type { AnimateResult } from './events.ts';
import { findFfmpeg } from './ffmpeg/find.ts';
import { usualEnding } from './options.ts';
import { openReport } from './report.ts';
import { type AnimateRequest, type Frame, inputsOf, readRequest, soundNameOf, untilCancelled } from './request.ts';
import { openSealing } from './sealing.ts';
import { openShow } from './show.ts';
import { version } from './version.ts';
import { provenance } from './video/args.ts';
import { checkOutput } from './video/check-output.ts';
import { defaultOutput } from './video/output.ts';
import { openFilm } from './video/writer.ts';

/** Makes the film. The file appears under its name only when it is whole. */
export function animate(request: AnimateRequest): Promise<AnimateResult> {
  const { portrait, signal } = request;
  return untilCancelled(signal, async () => {
    const wished = readRequest(request);
    const report = openReport(request.onProgress);
    const { path } = await checkOutput(wished.output ?? defaultOutput(portrait, soundNameOf(request, wished), usualEnding(wished)), inputsOf(request, wished), wished);
    const byproducts = await openByproducts(wished, inputsOf(request, wished), path);
    const sealing = await openSealing(wished, path);
    const ffmpegPath = (request.session?.ffmpeg(wished.ffmpeg) ?? findFfmpeg({ path: wished.ffmpeg })).then((ffmpeg) => {
      report.tell({ ffmpeg });
      return ffmpeg.path;
    });
    const show = await openShow(request, report, ffmpegPath);
    const drawn = show.draw(byproducts.takeMotion);
    try {
      const { width, height, channels, frames, durationSeconds, device, values, sound } = show;
      const { fps, crf, codec, streamFormat, noSound, start, duration, seed, model } = values;
      byproducts.begin(show);
      const first = drawn.next(); // made while ffmpeg starts
      first.catch(() => {}); // awaited below
      const fingerprint = await show.fingerprint();
      const metadata = provenance({ version, model, ...fingerprint });
      const digest = createHash('sha256');
      const film = await openFilm({ ffmpeg: await ffmpegPath, output: path, codec, streamFormat, width, height, channels, fps, sound, noSound, startSeconds: start, durationSeconds: duration, crf, metadata, seal: sealing.sealer({ portrait, sound: request.sound, motion: values.motion, driving: values.driving }, show.hash), signal });
      report.warn(film.warnings);
      try {
        let next = await first;
        for (let index = 0; !next.done; index++, next = await drawn.next()) {
          digest.update(next.value);
          await byproducts.takeFrame(next.value, index);
          await film.write(next.value);
        }
        await byproducts.close();
        report.warn(await report.during('film', film.finish));
        report.warn(sealing.warnings);
        await byproducts.finish();
      } finally {
        await film.abort(); // nothing to do where it is finished
      }
      const { seconds, warnings } = report;
      return { path, frames, fps, width, height, durationSeconds, seconds: seconds(), device: device.used, refusedDevices: device.refused, seed, model, fingerprint: fingerprint.fingerprint, framesSha256: digest.digest('hex'), signer: sealing.signer, warnings };
    } finally {
      await drawn.return(undefined);
      await byproducts.abort();
      await show.close();
    }
  });
}

/** The frames without a film: for your own encoder, a canvas, a test. */
export async function* frames(request: AnimateRequest): AsyncGenerator<Frame> {
  const { signal } = request;
  const wished = readRequest(request);
  const byproducts = await openByproducts(wished, inputsOf(request, wished));
  const show = await untilCancelled(signal, () => openShow(request, openReport(request.onProgress), Promise.resolve(request.ffmpeg)));
  byproducts.begin(show);
  const drawn = show.draw(byproducts.takeMotion);
  try {
    const { width, height, channels, frames: count, values } = show;
    for (let index = 0; index < count; index++) {
      const { value: rgb } = await untilCancelled(signal, () => drawn.next());
      await byproducts.takeFrame(rgb as Uint8Array, index);
      yield { rgb: rgb as Uint8Array, channels, width, height, index, count, fps: values.fps };
    }
    await byproducts.close();
    await byproducts.finish();
  } finally {
    await drawn.return(undefined);
    await byproducts.abort();
    await show.close();
  }
}
