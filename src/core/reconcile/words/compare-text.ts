import { describePlace } from '../../place.ts';
import { planConsequences } from './describe.ts';
import type { Change, Plan, PlanValue } from '../model/plan.ts';
import { isAttribute, liveArgument } from '../../definition/attributes.ts';
import { renderArguments, type PartialArguments } from '../../definition/writing/render.ts';
import { sideSharing } from './sharing-text.ts';
import { oneLine } from '../../quote.ts';

/** Two definitions for a diff editor, with only the fields that the plan manages. */
export interface PlanSides {
  /** The live image. */
  readonly left: string;
  /** What an apply makes of it. */
  readonly right: string;
}

const PROPERTIES = 'properties/';

/** The live image and the desired one as texts that differ in nothing but the plan's changes. */
export function renderPlanSides(plan: Plan): PlanSides {
  const header = headerLines(plan);
  const data = plan.changes.find(({ path }) => path === 'data');
  const dataLine = (value: PlanValue): string[] => (data === undefined ? [] : [`data: ${oneLine(show(value))}`]);
  const right = renderArguments(side(plan, 'after'), { header: [...header, ...dataLine(data?.after)] });
  if (plan.live === undefined) {
    return { left: [...header, 'There is no image yet.'].map((line) => `// ${line}\n`).join(''), right };
  }
  return { left: renderArguments(side(plan, 'before'), { header: [...header, ...dataLine(data?.before)] }), right };
}

/** Both sides have these lines, so that they are no difference. */
function headerLines(plan: Plan): string[] {
  const { definition, changes, imageId } = plan;
  const forced = changes
    .filter(({ forcesReplacement }) => forcesReplacement)
    .map(({ path, why }) => `${path} (${why})`);
  const lines = [
    `${plan.action}: ${JSON.stringify(definition.arguments.name)} in ${describePlace(plan.place)}`,
    ...(plan.cloudChosenBy === '' ? [] : [`cloud: ${plan.cloudChosenBy}`]),
    ...(imageId === undefined ? [] : [`image: ${imageId}`]),
    ...(forced.length === 0 ? [] : [`replaced because of ${forced.join(', ')}`]),
    ...plan.problems.map(({ severity, message }) => `${severity}: ${message}`),
    ...planConsequences(plan),
  ];
  return lines.map(oneLine);
}

/**
 * The managed fields with their values before or after. One without a change is the same on both sides however the cloud
 * orders or spells it.
 */
function side(plan: Plan, which: 'before' | 'after'): PartialArguments {
  const { definition, live, changes } = plan;
  const byPath = new Map<string, Change>(changes.map((change) => [change.path, change]));
  const value = (path: string, unchanged: unknown): unknown => {
    const change = byPath.get(path);
    return change === undefined ? unchanged : change[which];
  };
  const written: Readonly<Record<string, unknown>> = { ...definition.arguments };
  const attributes = new Set([...Object.keys(written), ...byPath.keys()].filter(isAttribute));
  const arguments_ = [...attributes].map((name): [string, unknown] => [
    name,
    value(name, written[name] ?? (live === undefined ? undefined : liveArgument(live, name))),
  ]);
  const properties = sideProperties(definition.arguments.properties ?? {}, byPath, value);
  return {
    ...Object.fromEntries(properties === undefined ? arguments_ : [...arguments_, ['properties', properties]]),
    ...sideSharing(plan, which),
  };
}

function sideProperties(
  written: Readonly<Record<string, string | null>>,
  byPath: ReadonlyMap<string, Change>,
  value: (path: string, unchanged: unknown) => unknown,
): Record<string, unknown> | undefined {
  const changed = [...byPath.keys()]
    .filter((path) => path.startsWith(PROPERTIES))
    .map((path) => path.slice(PROPERTIES.length));
  const names = [...new Set([...Object.keys(written), ...changed])];
  const entries = names
    .map((name): [string, unknown] => [name, value(`${PROPERTIES}${name}`, written[name] ?? undefined)])
    .filter(([, shown]) => shown !== undefined && shown !== null);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function show(value: PlanValue): string {
  return value === undefined || value === null ? 'none' : String(value);
}
