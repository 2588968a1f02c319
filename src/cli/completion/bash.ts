import type { CommandShape, Values } from './shape.ts';

/** Completion for bash 3.2 and newer. Where it offers nothing, bash completes the names of files. */
export function bashCompletion(shapes: readonly CommandShape[]): string {
  const above = shapes.filter(({ name }) => shapes.some((other) => other.name.startsWith(`${name} `)));
  return `# bash completion for glance-images: source <(glance-images completion bash)
_glance_images() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command='' words=''
  [ "$COMP_CWORD" -gt 1 ] && command=\${COMP_WORDS[1]}
  case "$command" in ${pattern(above.map(({ name }) => name))}) [ "$COMP_CWORD" -gt 2 ] && command="$command \${COMP_WORDS[2]}" ;; esac
  COMPREPLY=()
  case "$command:$previous" in
${optionCases(shapes).join('\n')}
  esac
  case "$command" in
    '') words='${[...topLevel(shapes), '--help', '--version'].join(' ')}' ;;
${shapes.map((shape) => commandCase(shape, shapes)).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
_glance_images_text() {
  # What only its writer knows is no name of a file.
  type compopt >/dev/null 2>&1 && compopt +o default
}
complete -o default -F _glance_images glance-images
`;
}

function topLevel(shapes: readonly CommandShape[]): readonly string[] {
  return shapes.map(({ name }) => name).filter((name) => !name.includes(' '));
}

/** What stands behind the options that take a value; one that may be left without offers the other options, too. */
function optionCases(shapes: readonly CommandShape[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { name, options } of shapes) {
    for (const { names, value, optional } of options) {
      if (value === undefined) continue;
      const offered = optional ? offerBeside(value) : `${offer(value)}return`;
      places.set(offered, [...(places.get(offered) ?? []), ...names.map((each) => `${name}:${each}`)]);
    }
  }
  return [...places].map(([offered, matched]) => `    ${pattern(matched)}) ${offered} ;;`);
}

function offerBeside(value: Values): string {
  return typeof value === 'string' ? ':' : `words='${value.join(' ')}'`;
}

function offer(value: Values): string {
  if (typeof value !== 'string') return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current")); `;
  return value === 'text' ? '_glance_images_text; ' : '';
}

/** Options where one was begun; else the words that may stand here. */
function commandCase({ name, options, values }: CommandShape, shapes: readonly CommandShape[]): string {
  const below = shapes.flatMap((shape) =>
    shape.name.startsWith(`${name} `) ? [shape.name.slice(name.length + 1)] : [],
  );
  const long = options.map(({ names }) => names.at(-1) ?? '');
  const paths = values === 'definition' || values === 'file' || values === 'folder';
  const plain = typeof values === 'string' || values === undefined ? below : values;
  const others = paths ? '[ "${current#-}" != "$current" ] && ' : '';
  const text = paths ? '' : ' _glance_images_text;';
  return `    '${name}')${text} ${others}words="$words ${[...plain, ...long].join(' ')}" ;;`;
}

function pattern(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join('|');
}
