import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Questions } from '../../../src/cli/questions.ts';
import type { CommandDeps } from '../../../src/cli/command-deps.ts';
import { Terminal } from '../../../src/cli/terminal.ts';
import type { Engine } from '../../../src/core/engine.ts';

/** CommandDeps of a command whose engine does what a test says, with what the command wrote. */
export interface Scripted {
  readonly deps: CommandDeps;
  readonly abort: AbortController;
  out(): string;
  errors(): string;
}

/** @param engine what the command may call; anything else is a mistake of the command */
export function scripted(folder: string, engine: Partial<Engine>, json = false, answer?: boolean): Scripted {
  const [out, errors] = [collector(), collector()];
  const abort = new AbortController();
  const refuse = (name: string) => (): never => {
    throw new Error(`The command calls ${name}.`);
  };
  const complete: Engine = {
    clouds: () => Promise.resolve({ clouds: [], files: [], problems: [] }),
    regions: refuse('regions'),
    place: refuse('place'),
    cloudFacts: refuse('cloudFacts'),
    images: refuse('images'),
    image: refuse('image'),
    plan: refuse('plan'),
    apply: refuse('apply'),
    unclaimed: refuse('unclaimed'),
    planRollbacks: refuse('planRollbacks'),
    applyRollbacks: refuse('applyRollbacks'),
    importImage: refuse('importImage'),
    deleteImage: refuse('deleteImage'),
    deleteSeen: refuse('deleteSeen'),
    members: refuse('members'),
    downloadImage: refuse('downloadImage'),
    changeImage: refuse('changeImage'),
    answerShare: refuse('answerShare'),
    describeSource: refuse('describeSource'),
    cache: refuse('cache'),
    clearCache: refuse('clearCache'),
    reload: refuse('reload'),
    dispose: refuse('dispose'),
    ...engine,
  };
  const deps = {
    terminal: new Terminal(out.stream, errors.stream, json),
    engine: complete,
    signal: abort.signal,
    folder,
  };
  const questions: Pick<Questions, 'yes'> | undefined =
    answer === undefined ? undefined : { yes: () => Promise.resolve(answer) };
  return {
    deps: questions === undefined ? deps : { ...deps, questions: questions as Questions },
    abort,
    out: out.text,
    errors: errors.text,
  };
}

function collector(): { readonly stream: WriteStream; readonly text: () => string } {
  const kept = new PassThrough();
  const pieces: string[] = [];
  kept.on('data', (piece: Buffer) => pieces.push(piece.toString()));
  const stream: unknown = Object.assign(kept, { isTTY: false });
  return { stream: stream as WriteStream, text: () => pieces.join('') };
}
