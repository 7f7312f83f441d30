import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { currentOutline } from '../../../src/cli/commands.ts';
import { shells } from '../../../src/cli/completion.ts';
import { writeCompletion } from '../../../src/cli/completion-scripts.ts';
import type { Outline } from '../../../src/cli/outline.ts';
import { optionList } from '../../../src/options.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'animate-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
const outline = currentOutline();
const isThere = (shell: string): Promise<boolean> => run(shell, ['--version']).then(() => true, () => false);

/** Every command with those inside it. */
const allOf = (command: Outline): Outline[] => [command, ...command.commands.flatMap(allOf)];

describe('the outline', () => {
  test('has every option of the list, and what may stand behind it', () => {
    expect(outline.options.map(({ flags }) => flags)).toEqual(expect.arrayContaining(Object.values(optionList).map(({ flags }) => flags)));
    const completionOf = (long: string) => outline.options.find((option) => option.long === long)?.value?.completion;
    expect(completionOf('--crop')).toEqual(['none', 'face', 'square']);
    expect(completionOf('--device')).toEqual(['auto', 'cpu', 'cuda', 'webgpu', 'coreml', 'dml']);
    expect(completionOf('--emotion')).toContain('happy');
    expect(completionOf('--gaze')).toEqual(['camera', 'free']);
    expect(completionOf('--output')).toBe('file');
    expect(completionOf('--ffmpeg')).toBe('file');
    expect(completionOf('--model')).toBe('model');
    expect(completionOf('--seed')).toBe('nothing');
    expect(completionOf('--json')).toBeUndefined();
  });

  test('knows arguments', () => {
    const argumentsOf = (...path: string[]) => path.reduce((at, name) => at.commands.find((command) => command.name === name) as Outline, outline).arguments.map(({ completion }) => completion);
    expect(outline.arguments.map(({ completion }) => completion)).toEqual(['file', 'file']);
    expect(argumentsOf('inspect')).toEqual(['file']);
    expect(argumentsOf('models', 'check')).toEqual(['model']);
    expect(argumentsOf('completion')).toEqual([['bash', 'zsh', 'fish']]);
  });
});

test.each(shells)('%s: every command and option is in the script', (shell) => {
  const script = writeCompletion(shell, outline);
  for (const command of allOf(outline)) {
    if (command !== outline) expect(script).toContain(command.name);
    for (const { long } of command.options) expect(script).toContain(shell === 'fish' ? ` -l ${long.slice(2)}` : long);
  }
});

test.each(shells)('%s reads the script without complaint, where it is installed', async (shell) => {
  const script = join(folder, `script.${shell}`);
  writeFileSync(script, writeCompletion(shell, outline));
  if (await isThere(shell)) expect(await run(shell, ['-n', script])).toMatchObject({ stderr: '' });
  else expect(script).not.toBe('');
});

describe.skipIf(!(await isThere('bash')))('in bash', () => {
  const script = join(folder, 'animate.bash');
  writeFileSync(script, writeCompletion('bash', outline));
  /** What is offered for the last word. */
  const complete = async (...words: string[]): Promise<string[]> => {
    const typed = ['animate', ...words].map((word) => `'${word}'`).join(' ');
    const { stdout } = await run('bash', ['-c', `source ${script}; animate-portrait() { echo '[{"name":"default"},{"name":"singer"}]'; }; COMP_WORDS=(${typed}); COMP_CWORD=${words.length}; _animate; printf '%s\\n' "\${COMPREPLY[@]}"`]);
    return stdout.split('\n').filter((line) => line !== '');
  };

  test.each([
    [['--cr'], ['--crf', '--crop']],
    [['face.png', 'voice.wav', '--crop', ''], ['none', 'face', 'square']],
    [['face.png', 'voice.wav', '--crop', 'f'], ['face']],
    [['face.png', '--emotion', 'sa'], ['sad']],
    [['doc'], ['doctor']],
    [['doctor', '--j'], ['--json']],
    [['inspect', 'a.png', '--ov'], ['--overlay']],
    [['models', 'li'], ['list', 'licences']],
    [['models', 'check', '--'], ['--json', '--help']],
    [['models', ''], ['list', 'check', 'path', 'licences', '--json', '-h', '--help']],
    [['models', 'check', ''], ['default', 'singer']],
    [['completion', ''], ['-h', '--help', 'bash', 'zsh', 'fish']],
    [[''], []],
    [['inspect', ''], []],
    [['inspect', 'a.png', '--model', 's'], ['singer']],
    [['completion', 'z'], ['zsh']],
    [['face.png', 'voice.wav', '--seed', ''], []],
    [['face.png', 'voice.wav', '-o', 'fil'], []], // left to the names of files
    [['face'], []],
  ])('%j offers %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered);
  });
});
