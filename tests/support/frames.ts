/** Frames as the built library gives them: its threads need the built files. */
import { pathToFileURL } from 'node:url';
import type { AnimateRequest } from '../../src/request.ts';
import { root, start } from './command.ts';

export interface HashedFrames {
  count: number;
  channels: number;
  /** Of one frame. */
  bytes: number;
  /** sha256 of all frames, one after the other, before any encoding. */
  hash: string;
}

const script = `
(async () => {
  const [library, request] = process.argv.slice(1);
  const { frames } = await import(library);
  const hash = require('node:crypto').createHash('sha256');
  const told = { count: 0 };
  for await (const { rgb, channels } of frames(JSON.parse(request))) {
    hash.update(rgb);
    Object.assign(told, { count: told.count + 1, channels, bytes: rgb.length });
  }
  console.log(JSON.stringify({ ...told, hash: hash.digest('hex') }));
})();
`;

export async function hashFrames(request: AnimateRequest): Promise<HashedFrames> {
  const { status, stdout, stderr } = await start(process.execPath, ['--eval', script, pathToFileURL(`${root}dist/index.js`).href, JSON.stringify(request)]).ended;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as HashedFrames;
}
