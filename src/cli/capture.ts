/** `animate capture take.mp4`: the motion of a performer's face into a file. */
import { parse } from 'node:path';
import { type Command, Option } from 'commander';
import { AnimateError } from '../errors.ts';
import { type CommandContext, readOptions, useOptions } from './context.ts';
import { createProgress } from './progress.ts';

const help = `
The motion can be looked at, mended and played on any portrait; animate --driving does both at once.
  animate capture take.mp4 -o take.json           52 coefficients and the head, with a confidence a frame
  animate capture take.mp4 -o take.csv            columns of Live Link Face
  animate capture take.mp4 --overlay check.mp4    also the take with the mesh of the face drawn on it
  animate face.png voice.wav --motion take.json`;

export function addCapture(program: Command, context: CommandContext): void {
  const command = program.command('capture').argument('<video>', 'a video of somebody whose face is seen from the front').description("a performer's face as a motion file").addHelpText('after', help);
  command
    .addOption(new Option('-o, --output <file>', 'the motion: .json, or .csv as Live Link Face writes it (default: the name of the video + .json)').helpGroup('Driving:'))
    .addOption(new Option('--overlay <file>', 'also the take with the mesh drawn on it: .mp4').helpGroup('Driving:'));
  useOptions(command, ['driveMode', 'neutral', 'drivingFace', 'model', 'device', 'threads', 'ffmpeg', 'json', 'quiet', 'verbose']).action(async (video: string, _flags: unknown, self: Command) => {
    const { around } = context;
    const flags = self.optsWithGlobals<Record<string, string | boolean | undefined>>();
    const { output, overlay, ...others } = flags;
    const { json, quiet, verbose, options } = readOptions(others, context);
    for (const [name, value] of Object.entries({ output, overlay })) if (typeof value === 'string' && value.trim() === '') throw new AnimateError('bad-option', `--${name}: expected a file name, got ""`);
    const progress = createProgress({ write: around.writeError, spinner: quiet ? undefined : await around.loadSpinner?.(), isQuiet: quiet, isVerbose: verbose });
    try {
      const { captureFile } = await import('../index.ts');
      const { driveMode, neutral, drivingFace, model, device, threads, ffmpeg } = options;
      const target = typeof output === 'string' ? output : `${parse(video).name}.json`;
      const result = await captureFile({ driveMode, neutral, drivingFace, model, device, threads, ffmpeg, video, output: target, overlay: typeof overlay === 'string' ? overlay : undefined, signal: around.signal, onProgress: progress.show });
      progress.stop();
      around.writeOut(json ? `${JSON.stringify(result)}\n` : `${result.path}\n`);
    } finally {
      progress.stop();
    }
  });
}
