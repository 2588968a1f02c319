import type { CommandShape, OptionShape, Values } from './shape.ts';

/** Completion for fish: a file `glance-images.fish` in its folder for completions, or sourced. */
export function fishCompletion(shapes: readonly CommandShape[]): string {
  const lines = shapes.flatMap((shape) => [
    offered(shape, shapes),
    ...(shape.values === undefined ? [] : argument(shape.name, shape.values)),
    ...shape.options.flatMap((each) => [option(shape.name, each), ...besideOption(shape.name, each)]),
  ]);
  return `# fish completion for glance-images: glance-images completion fish | source
complete -c glance-images -f
complete -c glance-images -n __fish_use_subcommand -s V -l version -d 'print the version'
${lines.join('\n')}
`;
}

function offered({ name, description }: CommandShape, shapes: readonly CommandShape[]): string {
  const [word = '', ...before] = name.split(' ').toReversed();
  const above = before.toReversed().join(' ');
  const below = shapes.flatMap((shape) =>
    above !== '' && shape.name.startsWith(`${above} `) ? [shape.name.split(' ').at(-1)] : [],
  );
  const none =
    above === '' ? '__fish_use_subcommand' : `${used(above)}; and not __fish_seen_subcommand_from ${below.join(' ')}`;
  return `complete -c glance-images -n '${none}' -a ${word} -d ${quoted(description)}`;
}

function option(command: string, { names, description, value, optional }: OptionShape): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const behind = value === undefined || optional ? '' : ` -r${words(value)}`;
  return `complete -c glance-images -n '${used(command)}' ${flags.join(' ')}${behind} -d ${quoted(description)}`;
}

/** To fish, a value that may be left out is an argument. */
function besideOption(command: string, { names, value, optional }: OptionShape): readonly string[] {
  if (!optional || value === undefined || typeof value === 'string') return [];
  return [`complete -c glance-images -n '${used(command)}; and __fish_prev_arg_in ${names.join(' ')}'${words(value)}`];
}

function argument(command: string, values: Values): readonly string[] {
  const offer = words(values);
  return offer === '' ? [] : [`complete -c glance-images -n '${used(command)}'${offer}`];
}

function words(value: Values): string {
  if (typeof value !== 'string') return ` -a ${quoted(value.join(' '))}`;
  if (value === 'folder') return " -a '(__fish_complete_directories)'";
  return value === 'text' ? '' : ' -F';
}

function used(command: string): string {
  return command
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
