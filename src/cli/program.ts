/** The command: its arguments and options, from the one list. */

import { Command, Option } from 'commander';
import { type OptionSpec, optionList } from '../options.ts';
import { version } from '../version.ts';
import { statusMeanings } from './exit.ts';

export interface CommandLine {
  portrait: string;
  /** Undefined where none was given: a take may bring its own. */
  sound: string | undefined;
  /** Ends with the usage error for a sound that is missing. */
  refuseMissingSound: () => never;
  /** As typed: text, or true for a switch. */
  flags: Record<string, string | boolean | undefined>;
}

const examples = `
Examples:
  animate face.png voice.wav                  writes face.mp4 beside voice.wav
  animate face.png song.mp3 -o film.mp4 --start 1:05 --duration 10
  animate face.png voice.wav --json --quiet   prints one JSON object
  animate face.png --driving take.mp4         the portrait plays what somebody performed before a camera
  ffmpeg -i talk.mkv -f wav - | animate face.png - -o film.mp4

Every option can also be set as a variable: --head-motion as ANIMATE_HEAD_MOTION.
A portrait that is called like a command: ./doctor. More about a command: animate doctor --help.
Exit status: ${Object.entries(statusMeanings).map(([status, meaning]) => `${status} ${meaning}`).join(', ')}.`;

/** `run` is called with what was typed. Usage errors, help and version are thrown as commander's CommanderError. */
export function createProgram(run: (commandLine: CommandLine) => Promise<void>): Command {
  const program = new Command('animate')
    .description('Turns one portrait and one sound into a video of that person speaking or singing.')
    .argument('<portrait>', 'picture with a face: JPEG, PNG, WebP, AVIF, TIFF, GIF or SVG')
    .argument('[sound]', 'speech or song: any sound or video file that ffmpeg reads; - is stdin. Left out with --driving: the sound of the take')
    .usage('[options] <portrait> <sound>\n       animate [options] <portrait> [sound] --driving <take>\n       animate <command> [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', examples)
    .enablePositionalOptions() // what follows a command's name belongs to the command
    .exitOverride()
    .action((portrait: string, sound: string | undefined, flags: CommandLine['flags'], self: Command) =>
      run({ portrait, sound, flags, refuseMissingSound: () => self.error("error: missing required argument 'sound'", { code: 'commander.missingArgument' }) }));
  for (const spec of Object.values<OptionSpec>(optionList)) {
    program.addOption(createOption(spec));
  }
  return program;
}

export function createOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, describeOption(spec)).helpGroup(`${spec.group}:`);
  option.negate = false; // --no-sound is a switch of its own, not the opposite of a --sound
  return option;
}

function describeOption(spec: OptionSpec): string {
  if ('manifest' in spec.default) return `${spec.help} (default: the model's)`;
  if ('derived' in spec.default) return `${spec.help} (default: ${spec.default.derived})`;
  return spec.default.value === false ? spec.help : `${spec.help} (default: ${spec.default.value})`;
}
