/** No network access, ever: seen from inside (every door of Node is nailed up) and from outside (the kernel's tables of sockets). */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { animateJs, start } from '../support/command.ts';
import { bundledFfmpeg, ffmpegOutput } from '../support/ffmpeg.ts';
import { portrait, voice } from '../support/pictures.ts';
import { watchSockets } from '../support/sockets.ts';

// Loaded into the program and its worker threads before anything else: whoever opens a connection, a server or asks for a name is written down and fails.
const nails = `
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net'; import dns from 'node:dns'; import http from 'node:http'; import https from 'node:https'; import http2 from 'node:http2'; import tls from 'node:tls'; import dgram from 'node:dgram';
const nail = (object, name, what) => { object[name] = () => { appendFileSync(process.env.NAILS_LOG, what + '\\n'); throw new Error('network: ' + what); }; };
nail(net.Socket.prototype, 'connect', 'net connect'); nail(net.Server.prototype, 'listen', 'net listen');
nail(net, 'connect', 'net.connect'); nail(net, 'createConnection', 'net.createConnection');
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) { nail(dns, name, 'dns.' + name); nail(dns.promises, name, 'dns.promises.' + name); }
for (const name of ['request', 'get']) { nail(http, name, 'http.' + name); nail(https, name, 'https.' + name); }
nail(tls, 'connect', 'tls.connect'); nail(http2, 'connect', 'http2.connect'); nail(dgram, 'createSocket', 'dgram.createSocket');
for (const name of ['fetch', 'WebSocket', 'EventSource']) if (name in globalThis) nail(globalThis, name, name);
syncBuiltinESMExports();
`;

let folder = '';
let environment: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'animate-network-'));
  await writeFile(join(folder, 'nails.mjs'), nails);
  environment = { NODE_OPTIONS: `--import ${pathToFileURL(join(folder, 'nails.mjs'))}`, NAILS_LOG: join(folder, 'log') };
});
afterAll(() => rm(folder, { recursive: true }));
const log = () => readFile(join(folder, 'log'), 'utf8').catch(() => '');

/** Runs a program under both looks. */
async function watch(args: readonly string[]) {
  await rm(join(folder, 'log'), { force: true });
  const { child, ended } = start(process.execPath, args, { environment });
  const [ending, seen] = await Promise.all([ended, process.platform === 'linux' ? watchSockets(child.pid as number, ended) : { sockets: [], looks: 1, programs: [] }]);
  return { ...ending, ...seen, log: await log() };
}

describe('the looks themselves', () => {
  test.each(['await fetch("http://127.0.0.1:9")', '(await import("node:net")).connect(9, "127.0.0.1")', '(await import("node:dns")).promises.lookup("example.org")', 'const { Worker } = await import("node:worker_threads"); new Worker("fetch(\\"http://127.0.0.1:9\\")", { eval: true }); await new Promise((go) => setTimeout(go, 300))'])('from inside see %s', async (code) => {
    const { log } = await watch(['--input-type=module', '-e', code]);
    expect(log).toMatch(/^(fetch|net connect|net\.connect|dns\.promises\.lookup)\n/);
  });

  test.skipIf(process.platform !== 'linux')('from outside see a socket of a child', async () => {
    const server = 'require("net").createServer().listen(0, "127.0.0.1"); setTimeout(() => process.exit(), 300)';
    const { child, ended } = start(process.execPath, ['-e', `require("child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(server)}])`]);
    const { sockets } = await watchSockets(child.pid as number, ended);
    expect(sockets).toEqual([expect.stringMatching(/^node.*: tcp /)]);
  });
});

describe('no socket is opened', () => {
  test('by a film from a compressed sound', async () => {
    const sound = join(folder, 'voice.mp3');
    await ffmpegOutput(bundledFfmpeg, ['-i', voice, '-t', '0.6', sound]);
    const { status, log, sockets, looks, programs } = await watch([animateJs, portrait, sound, '-o', join(folder, 'film.mp4'), '--size', '128']);
    expect({ status, log, sockets }).toEqual({ status: 0, log: '', sockets: [] });
    expect(looks).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(programs).toEqual(expect.arrayContaining([expect.stringMatching(/^ffmpeg/)]));
  });

  test.each([[['doctor']], [['inspect', portrait]], [['models', 'licences']]])('by animate %j', async (words) => {
    const { status, log, sockets } = await watch([animateJs, ...words]);
    expect({ status, log, sockets }).toEqual({ status: 0, log: '', sockets: [] });
  });

  // ONNX Runtime would write an identifier into the user's cache, a log into the temporary folder, and send both on: src/model/telemetry.ts.
  test('later either: the runtime keeps no notes for its makers', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const environment = { HOME: home, USERPROFILE: home, XDG_CACHE_HOME: undefined, TMPDIR: home, TEMP: home, TMP: home };
    const { ended } = start(process.execPath, [animateJs, 'inspect', portrait], { environment });
    expect(await ended).toMatchObject({ status: 0 });
    expect(await readdir(home)).toEqual([]);
  });

  test('for an address, in whatever place it is given', async () => {
    const address = 'http://127.0.0.1:9/x';
    const playlist = join(folder, 'list.m3u8');
    await writeFile(playlist, `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${address}.ts\n#EXT-X-ENDLIST\n`);
    const svg = join(folder, 'remote.svg');
    await writeFile(svg, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="200"><image width="200" height="200" xlink:href="${address}.png"/></svg>`);
    for (const [picture, sound] of [[address, voice], [portrait, address], [portrait, playlist], [svg, voice]]) {
      const { status, log, sockets } = await watch([animateJs, picture, sound, '-o', join(folder, 'none.mp4')]);
      expect({ picture, sound, status, log, sockets }).toEqual({ picture, sound, status: 2, log: '', sockets: [] });
    }
  });
});
