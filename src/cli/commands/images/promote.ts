import { join } from 'node:path';
import { parseDefinitions } from '../../../core/definition/parse.ts';
import { describePlace, type Place } from '../../../core/place.ts';
import type { CommandDeps } from '../../command-deps.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { EXIT } from '../../exit-codes.ts';
import { applyPlanned, type ApplyCommandOptions } from '../apply.ts';
import { writeDefinition } from '../import.ts';
import { chosenPlaces, findImage } from '../places.ts';
import { consentsOf } from '../plan.ts';
import { showFileProblems } from '../show-plans.ts';

/** Options of `promote`. */
export interface PromoteCommandOptions extends ApplyCommandOptions {
  /** `cloud/region`, or a cloud for its default region. */
  readonly to: readonly string[];
  /** A new file for the definition, instead of an apply. */
  readonly output?: string;
}

/** `promote ID --to PLACE…`: brings an image to other regions and clouds: shows the plan, asks, and applies it. */
export async function promote(id: string, options: PromoteCommandOptions, deps: CommandDeps): Promise<ExitCode> {
  const { terminal, engine, folder, signal } = deps;
  const { place, image } = await findImage(id, await chosenPlaces(options, deps), deps);
  const targets = await Promise.all(options.to.map((written) => placeOf(written, deps)));
  const text = await engine.promotion(place, image.id, targets, signal);
  if (options.output !== undefined) {
    await writeDefinition(text, options.output, terminal, folder);
    return EXIT.done;
  }
  terminal.line(`promote: ${describePlace(place)} → ${targets.map(describePlace).join(', ')}`, 'bold');
  const file = parseDefinitions(text, join(folder, 'promote.image.jsonc'));
  if (showFileProblems([file], terminal, folder)) return EXIT.failed;
  return applyPlanned(await engine.plan(file.definitions, { signal, ...consentsOf(options) }), options, deps);
}

async function placeOf(written: string, { engine }: CommandDeps): Promise<Place> {
  const slash = written.indexOf('/');
  return slash < 0 ? engine.place(written, undefined) : engine.place(written.slice(0, slash), written.slice(slash + 1));
}
