/** `animate models`: which there are, whether they are whole, where they lie, under which licences they run. */
import type { Command } from 'commander';
import { AnimateError } from '../errors.ts';
import { resolveOptions } from '../options.ts';
import { type CommandContext, readOptions, useOptions } from './context.ts';
import { checkFailed } from './exit.ts';
import { describeCheck } from './inspection-text.ts';
import { describeLicences, describeModels } from './models-text.ts';

const help = `
Models are looked for in the folders of ANIMATE_MODELS, in ~/.local/share/animate/models, and in the package, in this order.
  animate models                     which models there are
  animate models check               each file against its checksum; exit status ${checkFailed} when one differs
  animate models path default        the folder
  animate models licences            of the model, of what it was made from, and of the npm packages that run it`;

export function addModels(program: Command, context: CommandContext): void {
  const { around } = context;
  const print = (json: boolean, value: unknown, text: string): void => around.writeOut(json ? `${JSON.stringify(value)}\n` : text);
  const read = (self: Command) => readOptions(self.optsWithGlobals(), context).json;
  const wished = (name: string | undefined): string => name ?? resolveOptions({}, { environment: around.environment }).values.model;

  const list = async (self: Command): Promise<void> => {
    const json = read(self);
    const { listInstalledModels } = await import('../index.ts');
    const models = await listInstalledModels();
    print(json, models, describeModels(models));
  };
  const models = program.command('models').usage('[list|check|path|licences] [name] [--json]').description('list models, check them, tell where they are and their licences').addHelpText('after', help);
  models.allowExcessArguments(); // told below, with the actions that there are
  useOptions(models, ['json']).action((_flags: unknown, self: Command) => {
    if (self.args.length > 0) throw new AnimateError('bad-option', `models: expected list, check, path or licences, got "${self.args[0]}"`, { hint: 'animate models --help tells what each does.' });
    return list(self);
  });
  useOptions(models.command('list'), ['json']).description('the models that are found').action((_flags: unknown, self: Command) => list(self));

  useOptions(models.command('check').argument('[name]', 'a model or its folder; all without it'), ['json'])
    .description('compare every file with its checksum, and start the networks')
    .action(async (name: string | undefined, _flags: unknown, self: Command) => {
      const json = read(self);
      const { checkModel, listInstalledModels } = await import('../index.ts');
      const names = name === undefined ? (await listInstalledModels()).map(({ folder }) => folder) : [name];
      const reports = [];
      for (const each of names) reports.push(await checkModel(each, { signal: around.signal }));
      print(json, reports, reports.map((report) => `${report.name} ${report.version} in ${report.folder}\n${report.checks.map((check) => `${describeCheck(check)}\n`).join('')}`).join(''));
      if (reports.some(({ checks }) => checks.some(({ problem }) => problem !== undefined))) context.end(checkFailed);
    });

  useOptions(models.command('path').argument('[name]', 'a model; the one that would run without it'), ['json'])
    .description('print the folder of a model')
    .action(async (name: string | undefined, _flags: unknown, self: Command) => {
      const json = read(self);
      const { summariseModel } = await import('../index.ts');
      const { folder } = await summariseModel(wished(name));
      print(json, { folder }, `${folder}\n`);
    });

  useOptions(models.command('licences').argument('[name]', 'a model; the one that would run without it').alias('licenses'), ['json'])
    .description('print the licences of everything that runs')
    .action(async (name: string | undefined, _flags: unknown, self: Command) => {
      const json = read(self);
      const { listLicences } = await import('../index.ts');
      const licences = await listLicences(wished(name));
      print(json, licences, describeLicences(licences));
    });
}
