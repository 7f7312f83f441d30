/** Which encoders an ffmpeg was built with. */
import { runFfmpeg } from './run.ts';

/** Their names, as `-c:v` and `-c:a` take them. Listed does not mean that it works: those of graphics cards need the card. Experimental ones are left out. */
export async function listEncoders(ffmpegPath: string, signal?: AbortSignal): Promise<string[]> {
  const { stdout, done } = runFfmpeg(ffmpegPath, ['-encoders'], { output: 'pipe', signal });
  let text = '';
  for await (const chunk of stdout ?? []) text += String(chunk);
  await done;
  return parseEncoders(text);
}

/** ` V....D libx264   libx264 H.264 / AVC ...` → `libx264`; the legend above the line of dashes is no encoder. */
export function parseEncoders(text: string): string[] {
  const list = text.slice(text.indexOf('------'));
  return [...list.matchAll(/^ [VAS][A-Z.]{2}([X.])[A-Z.]{2} (\S+)/gm)].filter(([, mark]) => mark !== 'X').map(([, , name]) => name);
}
