/** The kinds of file that a manifest can lie in, and the one that lies beside a film. */

import type { Container } from './binding.ts';
import { bindData } from './binding.ts';
import { bmff } from './bmff.ts';
import { gif } from './gif.ts';
import { png } from './png.ts';

/** Enough to know a kind of file by. */
export const headBytes = 16;

/** By the first bytes of a file. */
export function containerOf(head: Buffer): Container | undefined {
  return [bmff, png, gif].find(({ matches }) => matches(head));
}

/** C2PA has no place in WebM and Matroska: their manifest is a file of its own (C2PA 2.2, 11.4). */
export const sidecar: Pick<Container, 'wrap' | 'bind'> = { wrap: (store) => store, bind: bindData };

export function sidecarOf(path: string): string {
  return `${path}.c2pa`;
}
