/** Files by pattern: `*` and `?` in the last part of a path. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AnimateError } from '../errors.ts';

const wildcard = /[*?]/;

/** Files that fit, in the order of their names, letter by letter, as on every machine. A path without `*` and `?` is itself. Throws `bad-option` when nothing fits. */
export async function expandPattern(pattern: string, flag: string): Promise<string[]> {
  if (!wildcard.test(pattern) || (await stat(pattern).catch(() => undefined))) return [pattern]; // a file may be called so
  const folder = dirname(pattern);
  if (wildcard.test(folder)) throw new AnimateError('bad-option', `${flag}: expected * and ? in the name of the file alone, got "${pattern}"`, { hint: 'Let the shell expand it (without quotes), or write a job file.' });
  const names = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('bad-option', `${flag}: expected files that fit "${pattern}", got none (${folder}: ${cause.code === 'ENOENT' ? 'no such folder' : cause.message})`, { cause });
  });
  const fits = matcherOf(basename(pattern));
  const found = names.filter((entry) => !entry.isDirectory() && fits(entry.name)).map(({ name }) => name);
  if (found.length === 0) throw new AnimateError('bad-option', `${flag}: expected files that fit "${pattern}", got none`, { hint: `Look what is in ${folder}.` });
  return found.sort((a, b) => (a < b ? -1 : 1)).map((name) => join(folder, name));
}

/** As shells do: `*` any letters, `?` one, and a name that begins with a dot only where the pattern does. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const source = [...pattern].map((letter) => (letter === '*' ? '.*' : letter === '?' ? '.' : letter.replace(/[\\^$.|+()[\]{}]/, '\\$&'))).join('');
  const whole = new RegExp(`^${source.replaceAll(/(\.\*)+/g, '.*')}$`, 'su');
  return (name) => whole.test(name) && (pattern.startsWith('.') || !name.startsWith('.'));
}
