/** The manual page in man(7)'s macros, from the outline of the command line. `npm run docs` writes it to docs/animate.1. */
import { version } from '../version.ts';
import { statusMeanings } from './exit.ts';
import type { Outline, OutlineArgument, OutlineOption } from './outline.ts';

const files: readonly (readonly [string, string])[] = [
  ['~/.local/share/animate/models/', "models of the user's own, each a folder with a model.json; XDG_DATA_HOME is honoured"],
];
const variables: readonly (readonly [string, string])[] = [
  ['ANIMATE_...', 'every option: --head-motion as ANIMATE_HEAD_MOTION; a flag wins over it'],
  ['ANIMATE_MODELS', 'folders to look for models in, separated like PATH'],
  ['TMPDIR', 'where a sound from stdin is kept while it is used'],
];
const examples: readonly (readonly [string, string])[] = [
  ['animate face.png voice.wav', 'writes face.mp4 beside voice.wav'],
  ['animate face.png song.mp3 -o film.mp4 --start 1:05 --duration 10', 'ten seconds of a song'],
  ['ffmpeg -i talk.mkv -f wav - | animate face.png - -o film.mp4', 'a sound from stdin'],
  ['animate doctor', 'says whether films can be made here, and if not, why'],
  ['animate inspect face.png --overlay faces.png', 'shows which faces are seen'],
];

export function writeManual(outline: Outline): string {
  return [
    `.\\" Written by npm run docs: do not change by hand.`,
    `.TH ANIMATE 1 "" "animate-portrait ${version}" "User Commands"`,
    '.SH NAME',
    `animate, animate\\-portrait \\- ${plain(lowerFirst(outline.description).replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    ...synopsis(outline, []),
    ...outline.commands.flatMap((command) => ['.br', ...synopsis(command, ['animate'])]),
    '.SH DESCRIPTION',
    plain(outline.description),
    ...outline.arguments.flatMap(describeArgument),
    '.SH OPTIONS',
    ...groupsOf(outline.options).flatMap(([group, options]) => [`.SS ${plain(group === 'Options' ? 'Other' : group)}`, ...options.flatMap(describeOption)]),
    '.SH COMMANDS',
    'A portrait that is called like a command is given with its folder: ./doctor.',
    ...outline.commands.flatMap((command) => describeCommand(command, [])),
    '.SH ENVIRONMENT',
    ...variables.flatMap(([name, text]) => ['.TP', `.B ${plain(name)}`, plain(text)]),
    '.SH FILES',
    ...files.flatMap(([name, text]) => ['.TP', `.I ${plain(name)}`, plain(text)]),
    '.SH EXIT STATUS',
    ...Object.entries(statusMeanings).flatMap(([status, meaning]) => ['.TP', `.B ${status}`, plain(meaning)]),
    '.SH EXAMPLES',
    ...examples.flatMap(([command, text]) => ['.TP', `.B ${plain(command)}`, plain(text)]),
    '.SH SEE ALSO',
    'ffmpeg(1)',
    '',
  ].join('\n');
}

function synopsis({ name, arguments: given, commands }: Outline, before: readonly string[]): string[] {
  const words = given.map(({ name: word, isRequired }) => (isRequired ? `\\fI${plain(word)}\\fR` : `[\\fI${plain(word)}\\fR]`));
  const choice = commands.length > 0 && before.length > 0 ? [`[${commands.map((command) => `\\fB${plain(command.name)}\\fR`).join(' | ')}]`] : [];
  return [`\\fB${[...before, name].map(plain).join(' ')}\\fR ${[...choice, ...words, '[options]'].join(' ')}`];
}

function describeArgument({ name, description }: OutlineArgument): string[] {
  return ['.TP', `.I ${plain(name)}`, plain(description)];
}

function describeOption({ flags, description }: OutlineOption): string[] {
  const [, names = flags, value = ''] = /^(.*?)(?: (<.*>|\[.*\]))?$/.exec(flags) ?? [];
  const written = names.split(', ').map((each) => `\\fB${plain(each)}\\fR`).join(', ');
  return ['.TP', value === '' ? written : `${written} \\fI${plain(value.slice(1, -1))}\\fR`, plain(description)];
}

function describeCommand(command: Outline, before: readonly string[]): string[] {
  const path = [...before, command.name];
  const own = command.options.filter(({ long }) => long !== '--help');
  return [
    `.SS animate ${path.map(plain).join(' ')}`,
    plain(sentence(command.description)),
    ...command.arguments.flatMap(describeArgument),
    ...own.flatMap(describeOption),
    ...command.commands.flatMap((inner) => describeCommand(inner, path)),
  ];
}

function groupsOf(options: readonly OutlineOption[]): [string, OutlineOption[]][] {
  const groups = new Map<string, OutlineOption[]>();
  for (const option of options) groups.set(option.group, [...(groups.get(option.group) ?? []), option]);
  return [...groups].sort(([a], [b]) => Number(a === 'Options') - Number(b === 'Options'));
}

/** Text that roff leaves as it is: no escapes, no hyphens that become dashes, no request at the start of a line. */
function plain(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/, '\\&$1').replaceAll('\n', ' ');
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
