/** The whole command line as plain data, for completion and the manual: read from the program itself, so that neither can forget anything. */
import type { Command, Option } from 'commander';
import { type OptionSpec, optionList } from '../options.ts';

/** What may stand after an option or as an argument. */
export type Completion = 'file' | 'model' | 'nothing' | readonly string[];

export interface OutlineOption {
  /** As in help: `-o, --output <file>`. */
  readonly flags: string;
  readonly short?: string;
  readonly long: string;
  readonly description: string;
  readonly group: string;
  /** Absent for a switch. */
  readonly value?: { readonly placeholder: string; readonly completion: Completion };
}

export interface OutlineArgument {
  readonly name: string;
  readonly isRequired: boolean;
  readonly description: string;
  readonly completion: Completion;
}

export interface Outline {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OutlineOption[];
  readonly arguments: readonly OutlineArgument[];
  readonly commands: readonly Outline[];
}

export function outlineOf(command: Command): Outline {
  const own = command.options.map(outlineOption);
  return {
    name: command.name(),
    description: command.description(),
    options: [...own, { flags: '-h, --help', short: '-h', long: '--help', description: 'print help', group: 'Options' }],
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      isRequired: argument.required,
      description: argument.description,
      completion: argument.argChoices ?? (/model/.test(argument.description) && !/file|portrait/.test(argument.description) ? 'model' : 'file'),
    })),
    commands: command.commands.map(outlineOf),
  };
}

function outlineOption(option: Option): OutlineOption {
  const long = option.long ?? '';
  const placeholder = /[<[](.+)[>\]]$/.exec(option.flags)?.[1];
  return {
    flags: option.flags,
    ...(option.short === undefined ? {} : { short: option.short }),
    long,
    description: option.description,
    group: option.helpGroupHeading?.replace(/:$/, '') ?? 'Options',
    ...(placeholder === undefined ? {} : { value: { placeholder, completion: completionOf(long, placeholder) } }),
  };
}

function completionOf(long: string, placeholder: string): Completion {
  if (long === '--model') return 'model';
  if (/file|folder|pattern/.test(placeholder)) return 'file';
  const spec = Object.values<OptionSpec>(optionList).find(({ flags }) => flags.includes(`${long} <`));
  return spec?.words ?? 'nothing';
}
