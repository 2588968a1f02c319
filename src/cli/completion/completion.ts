import type { Command } from 'commander';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { shapesOf } from './shape.ts';
import type { Shell } from './shells.ts';
import { zshCompletion } from './zsh.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** The script that has a shell complete the commands and options of this program. */
export function completionScript(program: Command, shell: Shell): string {
  return SCRIPTS[shell](shapesOf(program));
}
