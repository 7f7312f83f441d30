/** What a media file says about itself. */
import { runFfmpeg } from './run.ts';

/** The file's own tags (title, comment ...), not those of its streams and chapters. */
export async function readTags(ffmpegPath: string, file: string, signal?: AbortSignal): Promise<Record<string, string>> {
  const { stdout, done } = runFfmpeg(ffmpegPath, ['-i', `file:${file}`, '-map_metadata', '0', '-f', 'ffmetadata', 'pipe:1'], { output: 'pipe', signal });
  const chunks: Buffer[] = [];
  for await (const chunk of stdout ?? []) chunks.push(chunk as Buffer);
  await done;
  return parseTags(Buffer.concat(chunks).toString('utf8'));
}

/** ffmpeg's metadata format: `key=value` lines, with a backslash before `=`, `;`, `#`, itself and the end of a line. https://ffmpeg.org/ffmpeg-formats.html#Metadata-1 */
export function parseTags(text: string): Record<string, string> {
  const tags: Record<string, string> = {};
  let key = '';
  let value = '';
  let isValue = false;
  const end = (): void => {
    if (isValue && key !== '') tags[key] = value;
    [key, value, isValue] = ['', '', false];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\' && at + 1 < text.length) {
      at++;
      if (isValue) value += text[at];
      else key += text[at];
    } else if (letter === '\n') {
      if (/^\[.*\]$/.test(key)) return tags; // streams and chapters follow
      end();
    } else if (letter === '=' && !isValue) isValue = true;
    else if (isValue) value += letter;
    else key += letter;
  }
  end();
  return tags;
}
