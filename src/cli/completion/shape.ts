import type { Command, Option } from 'commander';

/** What may stand at a place of a command line: one of some words, a path, or what only its writer knows. */
export type Values = readonly string[] | 'file' | 'folder' | 'definition' | 'text';

/** An option of a command. */
export interface OptionShape {
  /** `-o`, `--output`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent for a switch. */
  readonly value?: Values;
  /** Whether it may be left without its value. */
  readonly optional: boolean;
}

/** A command that can be run, as the table of commands says. */
export interface CommandShape {
  /** `plan`, or `cache show`. */
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionShape[];
  /** Absent where it takes no arguments. */
  readonly values?: Values;
}

/** The commands of a program, those with commands of their own before these. */
export function shapesOf(program: Command, before = ''): readonly CommandShape[] {
  return program.commands.flatMap((command) => {
    const name = `${before}${command.name()}`;
    const values = argumentsOf(command);
    const own: CommandShape = {
      name,
      description: command.description(),
      options: [...command.options.map(optionShape), HELP],
      ...(values === undefined ? {} : { values }),
    };
    return [own, ...shapesOf(command, `${name} `)];
  });
}

/** Commander lists it nowhere. */
const HELP: OptionShape = { names: ['-h', '--help'], description: 'show help', optional: false };

function optionShape({ short, long, description, flags, argChoices, required, optional }: Option): OptionShape {
  const names = [short, long].filter((name) => name !== undefined);
  if (!required && !optional) return { names, description, optional: false };
  const placeholder = /[<[]([^\]>.]*)/.exec(flags)?.[1] ?? '';
  return { names, description, value: argChoices ?? BY_PLACEHOLDER[placeholder] ?? 'text', optional };
}

function argumentsOf({ registeredArguments: [first] }: Command): Values | undefined {
  return first && (first.argChoices ?? (first.name().includes('file') ? 'definition' : 'text'));
}

const BY_PLACEHOLDER: Readonly<Record<string, Values>> = { file: 'file', path: 'file', folder: 'folder' };
