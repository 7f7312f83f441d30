/** `animate inspect FILE`: what the program sees in a portrait, hears in a sound, knows of a film or a model. */
import { type Command, Option } from 'commander';
import type { Inspection } from '../index.ts';
import { AnimateError } from '../errors.ts';
import { type CommandContext, readOptions, useOptions } from './context.ts';
import { describeInspection } from './inspection-text.ts';
import { checkFailed } from './exit.ts';
import { spoolStdin, withoutPath } from './stdin.ts';

const help = `
What FILE is, is found from its content, not from its name.
  animate inspect face.jpg --overlay faces.png   the faces, and a picture that shows them
  animate inspect voice.mp3 --json               length, loudness, how much of it is speech
  animate inspect film.mp4                       which model made it, with which seed
  animate inspect models/mine                    networks, shapes, licence, checks`;

export function addInspect(program: Command, context: CommandContext): void {
  const command = program.command('inspect').argument('<file>', 'a portrait, a sound, a film, or the folder of a model; - is a sound from stdin').description('say what is in a portrait, a sound, a film or a model').addHelpText('after', help);
  useOptions(command, ['face', 'size', 'crop', 'background', 'model', 'device', 'threads', 'ffmpeg', 'json'])
    .addOption(new Option('--overlay <file>', 'also draw boxes, landmarks and the fitted head over the portrait, as a PNG').helpGroup('Picture:'))
    .action(async (file: string, _flags: unknown, self: Command) => {
      const { around } = context;
      const flags = self.optsWithGlobals<Record<string, string | undefined>>();
      const { json, options } = readOptions(flags, context);
      const overlay = flags['overlay'];
      if (overlay !== undefined && overlay.trim() === '') throw new AnimateError('bad-option', '--overlay: expected a file name, got ""');
      const spooled = file === '-' ? await spoolStdin(around.openStdin?.(), around.signal) : undefined;
      try {
        const { inspect } = await import('../index.ts');
        const work = (): Promise<Inspection> => inspect(spooled?.path ?? file, { ...options, overlay, signal: around.signal });
        const found = withoutPath(await work().catch((error: unknown) => Promise.reject(withoutPath(error, spooled))), spooled);
        around.writeOut(json ? `${JSON.stringify(found)}\n` : describeInspection(found));
        if (found.kind === 'model' && found.checks.some(({ problem }) => problem !== undefined)) context.end(checkFailed);
      } finally {
        await spooled?.remove();
      }
    });
}
