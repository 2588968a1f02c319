import type { CommandShape, OptionShape, Values } from './shape.ts';

/** Completion for zsh: a file `_glance-images` in a folder of `fpath`, or sourced after `compinit`. */
export function zshCompletion(shapes: readonly CommandShape[]): string {
  return `#compdef glance-images
# zsh completion for glance-images: source <(glance-images completion zsh), or as _glance-images in a folder of fpath
_glance_images() {
  local context state state_descr line
  typeset -A opt_args
${level(shapes, '')}
}
if [ "$funcstack[1]" = _glance_images ]; then _glance_images "$@"; else compdef _glance_images glance-images; fi
`;
}

/** The commands below one, and what each takes. */
function level(shapes: readonly CommandShape[], above: string): string {
  const here = shapes.filter(({ name }) => name.startsWith(above) && !name.slice(above.length).includes(' '));
  const named = here.map((shape) => ({ shape, word: shape.name.slice(above.length) }));
  const words = named.map(({ shape, word }) => quoted(`${word}:${shape.description}`));
  const general = above === '' ? ["'(- *)'{-V,--version}'[print the version]'"] : [];
  return `  _arguments -C ${[...general, "'(- *)'{-h,--help}'[show help]'"].join(' ')} '1:command:->command' '*::argument:->arguments'
  case $state in
    command) local -a commands=(${words.join(' ')}); _describe command commands ;;
    arguments) case $words[1] in
${named.map(({ shape, word }) => `      ${word}) ${taken(shape, shapes)} ;;`).join('\n')}
    esac ;;
  esac`;
}

function taken({ name, options, values }: CommandShape, shapes: readonly CommandShape[]): string {
  if (shapes.some((shape) => shape.name.startsWith(`${name} `))) return level(shapes, `${name} `);
  const specs = [...options.flatMap(option), ...(values === undefined ? [] : [quoted(`*:argument:${action(values)}`)])];
  return `_arguments -s -S ${specs.join(' ')}`;
}

/** Each spelling of an option; a repeated one is offered again. */
function option({ names, description, value, optional }: OptionShape): readonly string[] {
  const shown = description.replace(/[[\]\\:]/g, '\\$&');
  const behind = value === undefined ? '' : `${optional ? '::' : ':'}value:${action(value)}`;
  return names.map((name) => quoted(`${description.includes('repeatable') ? '*' : ''}${name}[${shown}]${behind}`));
}

function action(value: Values): string {
  if (typeof value !== 'string') return `(${value.join(' ')})`;
  const actions = { file: '_files', folder: '_files -/', definition: '_files', text: '' };
  return actions[value];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
