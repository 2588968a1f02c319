import { Failure } from '../../src/core/failure.ts';
import { Random } from '../host/random.ts';
import { mutated } from './mutate.ts';
import type { Input, Target } from './target.ts';

/** What every object has; nothing that is parsed may add to it. */
const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const BEFORE = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length);

/** The input of an execution: the same for the same seed, target and number. */
export function inputOf(target: Target, seed: string, number: number): Uint8Array {
  return mutated(target, new Random(`${seed}/${target.name}/${String(number)}`));
}

/** Runs a target on an input. Returns what is wrong, in words; `undefined` where all is well. */
export async function execute(
  target: Target,
  bytes: Uint8Array,
  seed: string,
  number: number,
): Promise<string | undefined> {
  const text = Buffer.from(bytes).toString('utf8');
  const input: Input = { text, bytes, value: target.kind === 'json' ? valueOf(text) : undefined };
  const wrong = await outcome(target, input, new Random(`${seed}/${target.name}/${String(number)}/dice`));
  const polluted = PROTOTYPES.findIndex((prototype, index) => Reflect.ownKeys(prototype).length !== BEFORE[index]);
  return polluted === -1 ? wrong : 'it adds to the prototype of every object';
}

async function outcome(target: Target, input: Input, random: Random): Promise<string | undefined> {
  try {
    return await target.run(input, random);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    const [message = ''] = String(error).split('\n');
    const where = error instanceof Error ? /src\/[\w/.-]+:\d+/.exec(error.stack ?? '')?.[0] : undefined;
    return `it throws ${message.slice(0, 200)}${where === undefined ? '' : ` at ${where}`}`;
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
