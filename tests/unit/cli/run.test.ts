import { describe, expect, test } from 'vitest';
import { type Library, runCommandLine, type Surroundings } from '../../../src/cli/run.ts';
import { AnimateError, type AnimateErrorCode } from '../../../src/errors.ts';
import type { AnimateResult } from '../../../src/events.ts';
import type { FilmPlan } from '../../../src/index.ts';
import { optionList } from '../../../src/options.ts';
import { version } from '../../../src/version.ts';

const result: AnimateResult = {
  ...{ path: '/films/face.mp4', frames: 50, fps: 25, width: 512, height: 512, durationSeconds: 2 },
  seconds: { model: 1, sound: 1, capture: 0, portrait: 1, motion: 1, frames: 2, film: 1, total: 5 },
  ...{ device: 'cpu', refusedDevices: [{ device: 'cuda', reason: 'not there' }], seed: 0, model: 'default', fingerprint: 'f'.repeat(64), framesSha256: 'a'.repeat(64), signer: null, warnings: ['the face is small'] },
};

const plan: FilmPlan = {
  ...{ path: '/films/face.mp4', replaces: false, frames: 50, fps: 25, width: 512, height: 512, durationSeconds: 2, face: { x: 1, y: 2, width: 3, height: 4 } },
  ...{ device: 'cpu', refusedDevices: [], seed: 0, model: 'default', estimate: { seconds: 75, bytes: 1_500_000 }, warnings: [] },
};

type Request = Parameters<Library['animate']>[0];

/** Runs the command with a library that does `animate`. */
async function run(words: string[], animate: (request: Request) => Promise<AnimateResult> | AnimateResult = () => result, environment: Surroundings['environment'] = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const requests: Request[] = [];
  const controller = new AbortController();
  const status = await runCommandLine(words, {
    writeOut: (text) => void out.push(text),
    writeError: (text) => void err.push(text),
    environment,
    signal: controller.signal,
    loadLibrary: async () => ({
      animate: async (request) => {
        requests.push(request);
        if ((request.sound as string) === 'interrupt.wav') controller.abort();
        return animate(request);
      },
      planFilm: async (request) => {
        requests.push(request);
        return plan;
      },
    }),
  });
  return { status, out: out.join(''), err: err.join(''), requests };
}
const fail = (error: unknown) => () => {
  throw error;
};

describe('what is printed', () => {
  test("stdout holds the film's path alone", async () => {
    expect(await run(['face.png', 'voice.wav'])).toMatchObject({ status: 0, out: '/films/face.mp4\n', err: '' });
  });

  describe('with --output -', () => {
    const film = () => ({ ...result, path: '-' });
    test.each([[['-o', '-']], [['-o-']], [['--output', '-']], [['--output=-']]])('%j: stdout is left to the film', async (words) => {
      expect(await run(['face.png', 'voice.wav', ...words], film)).toMatchObject({ status: 0, out: '', err: '' });
    });

    test('so it is when a variable asks for it', async () => {
      expect(await run(['face.png', 'voice.wav', '--json'], film, { ANIMATE_OUTPUT: '-' })).toMatchObject({ status: 0, out: '', err: `${JSON.stringify({ ...result, path: '-' })}\n` });
    });

    test('the object of --json is the last line of stderr, also when it fails', async () => {
      expect((await run(['face.png', 'voice.wav', '-o', '-', '--json'], film)).err).toBe(`${JSON.stringify({ ...result, path: '-' })}\n`);
      const { status, out, err } = await run(['face.png', 'voice.wav', '-o', '-', '--json'], fail(new AnimateError('no-face', 'face.png: no face')));
      expect({ status, out, err }).toEqual({ status: 2, out: '', err: 'error: face.png: no face\n{"error":{"code":"no-face","message":"face.png: no face"}}\n' });
      expect(await run(['face.png', 'voice.wav', '-o', '-', '--json', '--fps', 'x'])).toMatchObject({ status: 2, out: '', err: expect.stringContaining('{"error":{"code":"bad-option"') });
    });

    test('a reader that went away is no news: status 141', async () => {
      const closed = fail(new AnimateError('output-closed', 'stdout: closed by the program that reads it'));
      expect(await run(['face.png', 'voice.wav', '-o', '-'], closed)).toMatchObject({ status: 141, out: '', err: '' });
      expect((await run(['face.png', 'voice.wav', '-o', '-', '--verbose'], closed)).err).toBe('error: stdout: closed by the program that reads it\n');
    });

    test('a dry run prints its plan on stdout', async () => {
      expect((await run(['face.png', 'voice.wav', '-o', '-', '--dry-run'])).out).toContain('would be made');
    });
  });

  test('--no-sound is a switch, as a flag and as a variable', async () => {
    expect((await run(['face.png', 'voice.wav', '--no-sound'])).requests[0]).toMatchObject({ noSound: true });
    expect((await run(['face.png', 'voice.wav'])).requests[0]).not.toHaveProperty('noSound');
    expect(await run(['face.png', 'voice.wav'], undefined, { ANIMATE_NO_SOUND: 'perhaps' })).toMatchObject({ status: 2, err: 'error: ANIMATE_NO_SOUND: expected true or false, got "perhaps"\n' });
  });

  test('with --json stdout holds one object', async () => {
    const { status, out } = await run(['face.png', 'voice.wav', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual(result);
    expect(out.endsWith('}\n')).toBe(true);
  });

  test('progress and warnings go to stderr, unless quiet', async () => {
    const animate = ({ onProgress }: Request): AnimateResult => {
      onProgress?.({ stage: 'model' });
      onProgress?.({ warning: 'the face is small' });
      return result;
    };
    expect((await run(['a', 'b'], animate)).err).toBe('opening the model\nwarning: the face is small\n');
    expect((await run(['a', 'b', '-q'], animate)).err).toBe('');
    expect((await run(['a', 'b'], animate, { ANIMATE_QUIET: '1' })).err).toBe('');
  });

  test('--verbose adds the times', async () => {
    expect((await run(['a', 'b', '--verbose'])).err).toContain('50 frames of 512x512; model 1.00 s, sound 1.00 s');
  });

  test('--help names every option, --version the version', async () => {
    const { status, out } = await run(['--help']);
    expect(status).toBe(0);
    for (const { flags } of Object.values(optionList)) expect(out).toContain(flags);
    expect(await run(['--version'])).toMatchObject({ status: 0, out: `${version}\n`, err: '' });
  });
});

describe('--dry-run', () => {
  test('plans the film with the same request, and makes none', async () => {
    const made = (): never => {
      throw new Error('a film was made');
    };
    const { status, out, requests } = await run(['face.png', 'voice.wav', '--dry-run', '--seed', '3'], made);
    expect({ status, out }).toEqual({ status: 0, out: '/films/face.mp4: would be made\n  2 s, 50 frames of 512x512 at 25 a second\n  model default on cpu, seed 0\n  about 1 min 15 s and 1.5 MB\n' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ portrait: 'face.png', sound: 'voice.wav', seed: 3 });
    expect(JSON.parse((await run(['a', 'b', '--json'], made, { ANIMATE_DRY_RUN: 'yes' })).out)).toEqual(plan);
  });
});

describe('what the library is asked', () => {
  test('what was typed, and nothing that was not', async () => {
    const { requests } = await run(['face.png', 'voice.wav', '-o', 'x.mp4', '--head-motion', '0.5', '--json', '--crop', 'face'], undefined, { ANIMATE_FPS: '30' });
    const { signal, onProgress, ...rest } = requests[0];
    expect(rest).toEqual({ portrait: 'face.png', sound: 'voice.wav', output: 'x.mp4', headMotion: 0.5, crop: 'face' });
    expect(signal).toBeInstanceOf(AbortSignal);
    expect(onProgress).toBeTypeOf('function');
  });

  test('nothing, when an option or a variable is wrong', async () => {
    const byFlag = await run(['a', 'b', '--steps', 'abc']);
    expect(byFlag).toMatchObject({ status: 2, out: '', err: 'error: --steps: expected a whole number from 1 to 200, got "abc"\n', requests: [] });
    const byVariable = await run(['a', 'b'], undefined, { ANIMATE_FPS: 'fast' });
    expect(byVariable).toMatchObject({ status: 2, out: '', err: 'error: ANIMATE_FPS: expected a number from 12 to 60, got "fast"\n', requests: [] });
  });
});

describe('mistakes in the command line exit with 2', () => {
  test.each([
    [[], "error: missing required argument 'portrait'\n"],
    [['a'], "error: missing required argument 'sound'\n"],
    [['docter'], "error: missing required argument 'sound'\n(Did you mean animate doctor?)\n"],
    [['a', 'b', 'c'], 'error: too many arguments. Expected 2 arguments but got 3.\n'],
    [['a', 'b', '--fsp', '3'], "error: unknown option '--fsp'\n(Did you mean --fps?)\n"],
    [['a', 'b', '--fps'], "error: option '--fps <rate>' argument missing\n"],
    [['a', 'b', '--quiet', '--verbose'], 'error: --quiet and --verbose: expected one of them, got both\n'],
  ])('%j', async (words, message) => {
    expect(await run(words)).toMatchObject({ status: 2, out: '', err: message, requests: [] });
  });

  test('and with --json are told on stdout too', async () => {
    expect(JSON.parse((await run(['a', '--json'])).out)).toEqual({ error: { code: 'bad-option', message: "missing required argument 'sound'" } });
  });
});

describe('failures', () => {
  const statuses: Record<AnimateErrorCode, number> = {
    ...{ 'bad-option': 2, 'unreadable-input': 2, 'no-face': 2, 'model-missing': 3, 'model-mismatch': 3 },
    ...{ 'device-unavailable': 4, 'ffmpeg-missing': 5, 'ffmpeg-failed': 5, 'output-closed': 141, cancelled: 130 },
  };
  test.each(Object.entries(statuses))('%s exits with %d', async (code, status) => {
    expect((await run(['a', 'b'], fail(new AnimateError(code as AnimateErrorCode, 'what happened')))).status).toBe(status);
  });

  const missing = new AnimateError('model-missing', 'models/x: no model.json', { hint: 'Type --model default.', cause: new Error('ENOENT') });

  test('message and hint are told, the cause only when verbose', async () => {
    expect((await run(['a', 'b'], fail(missing))).err).toBe('error: models/x: no model.json\nType --model default.\n');
    expect((await run(['a', 'b', '--quiet'], fail(missing))).err).toBe('error: models/x: no model.json\nType --model default.\n');
    expect((await run(['a', 'b', '--verbose'], fail(missing))).err).toBe('error: models/x: no model.json\nType --model default.\ncause: ENOENT\n');
  });

  test('with --json stdout holds one object about the error', async () => {
    const { out } = await run(['a', 'b'], fail(missing), { ANIMATE_JSON: 'true' });
    expect(JSON.parse(out)).toEqual({ error: { code: 'model-missing', message: 'models/x: no model.json', hint: 'Type --model default.' } });
  });

  test('anything else is a bug: it keeps its stack, asks for a report and exits with 1', async () => {
    const { status, out, err } = await run(['a', 'b', '--json'], fail(new TypeError('x is undefined')));
    expect(status).toBe(1);
    expect(err).toMatch(/^TypeError: x is undefined\n {4}at /);
    expect(err).toContain(`This is a bug in animate ${version}`);
    expect(JSON.parse(out)).toEqual({ error: { code: 'bug', message: 'x is undefined' } });
  });

  test('whatever breaks after an interrupt is the interrupt', async () => {
    expect(await run(['a', 'interrupt.wav'], fail(new Error('write EPIPE')))).toMatchObject({ status: 130, out: '', err: 'cancelled\n' });
  });
});
