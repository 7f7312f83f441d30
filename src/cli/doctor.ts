/** `animate doctor`: can films be made here, and if not, why. */
import type { Command } from 'commander';
import type { ExamineOptions, Finding } from '../index.ts';
import { type CommandContext, readOptions, useOptions } from './context.ts';
import { checkFailed } from './exit.ts';

const help = `
Checks Node.js, memory, the temporary folder, which animate the shell finds, ffmpeg and its encoders, the models against their checksums,
the devices that can run them, and makes a film of one second, which is removed again.
Exit status: 0 films can be made, ${checkFailed} something is missing.`;

export function addDoctor(program: Command, context: CommandContext): void {
  const command = program.command('doctor').description('check whether films can be made here, and if not, why').addHelpText('after', help);
  useOptions(command, ['model', 'device', 'threads', 'ffmpeg', 'json']).action(async (_flags: unknown, self: Command) => {
    const { around } = context;
    const { json, options } = readOptions(self.optsWithGlobals(), context);
    const findings: Finding[] = [];
    for await (const finding of examineOrTell({ ...options, signal: around.signal })) {
      findings.push(finding);
      if (!json) around.writeOut(describeFinding(finding));
    }
    const bad = findings.filter(({ state }) => state === 'bad').length;
    if (json) around.writeOut(`${JSON.stringify({ ok: bad === 0, findings })}\n`);
    else around.writeOut(bad === 0 ? '\nFilms can be made.\n' : `\nFilms cannot be made: ${bad} of ${findings.length} checks failed.\n`);
    if (bad > 0) context.end(checkFailed);
  });
}

/** A library that does not even load is a finding too: sharp's native part is missing, or was built for another system. */
async function* examineOrTell(options: ExamineOptions): AsyncGenerator<Finding> {
  const library = await import('../index.ts').catch((error: Error) => error);
  if (library instanceof Error) {
    const message = library.message.trim().replaceAll(/\s*\n\s*/g, ' ').slice(0, 500);
    yield { name: 'packages', state: 'bad', message: `the program does not load: ${message}`, hint: 'Install the package again on this machine, with npm ci or npm install.' };
  } else yield* library.examine(options);
}

function describeFinding({ name, state, message, hint }: Finding): string {
  const lines = [`${state.padEnd(5)} ${name}: ${message}`, ...(hint === undefined ? [] : [`      ${hint}`])];
  return `${lines.join('\n')}\n`;
}
