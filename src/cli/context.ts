/** What every command needs: the process around it, and options of the one list. */
import type { Command } from 'commander';
import { type GivenFlags, type OptionName, optionList, readFlags, resolveOptions, resolveSwitches } from '../options.ts';
import { createOption } from './program.ts';
import type { Surroundings } from './run.ts';

export interface CommandContext {
  readonly around: Surroundings;
  /** Set once the switches are known: how errors are told. */
  readonly asked: { json: boolean; verbose: boolean };
  /** Ends with another status than 0. */
  end(status: number): void;
}

/** Gives `command` options of the one list. */
export function useOptions(command: Command, names: readonly OptionName[]): Command {
  for (const name of names) {
    const option = createOption(optionList[name]);
    if (name === 'json') option.description = 'print JSON instead of text';
    command.addOption(option);
  }
  return command;
}

/** Reads the flags of a command, checks them and the variables, and settles the switches. */
export function readOptions(flags: Record<string, string | boolean | undefined>, { around, asked }: CommandContext): { json: boolean; quiet: boolean; verbose: boolean; options: Omit<GivenFlags, 'json' | 'quiet' | 'verbose' | 'dryRun'> } {
  const given = readFlags(flags);
  const { json, quiet, verbose } = resolveSwitches(given, around.environment);
  Object.assign(asked, { json, verbose });
  const { json: _json, quiet: _quiet, verbose: _verbose, dryRun: _dryRun, ...options } = given;
  resolveOptions(options, { environment: around.environment });
  return { json, quiet, verbose, options };
}
