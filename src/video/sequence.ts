/** Names of pictures that are numbered: `frames/%05d.png`. */
import { basename, dirname, join } from 'node:path';

export interface Sequence {
  readonly folder: string;
  /** Within the folder, with one %d or %05d. */
  readonly pattern: string;
}

const patternForm = /^([^%/\\]*)%(?:0([1-9]))?d([^%/\\]*\.(?:png|jpe?g|webp))$/is;

/** Undefined for a name that is no such pattern. */
export function sequenceOf(path: string): Sequence | undefined {
  return patternForm.test(basename(path)) ? { folder: dirname(path), pattern: basename(path) } : undefined;
}

/** A folder, as its last letter says, means pictures in it. */
export function expandFolder(path: string): string {
  return /[/\\]$/.test(path) ? join(path, '%05d.png') : path;
}

/** Whether `name` is that of a picture of the sequence. */
export function matchPattern(pattern: string): (name: string) => boolean {
  const [, before = '', digits, after = ''] = patternForm.exec(pattern) ?? [];
  return (name) => {
    if (!name.startsWith(before) || !name.endsWith(after)) return false;
    const number = name.slice(before.length, name.length - after.length);
    return /^\d+$/.test(number) && number.length >= Number(digits ?? 1);
  };
}

/** For ffmpeg, which reads the per cent signs of the whole path. */
export function escapePattern({ folder, pattern }: Sequence): string {
  return join(folder.replaceAll('%', '%%'), pattern);
}
