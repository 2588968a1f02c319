import { describePlace } from '../../place.ts';
import type { Plan } from '../model/plan.ts';
import { describeChange, placedProblem, planConsequences, planHeadline, planSummary } from '../words/describe.ts';
import { withoutControlSequences } from '../../quote.ts';

/** Longest comment in characters: GitHub refuses more than 65536. */
const LENGTH_AT_MOST = 60_000;

/**
 * A plan as the Markdown of a merge request's comment: the summary first, the changes of each image folded. Names and values
 * come from files and clouds, so they are never taken for markup.
 */
export function planMarkdown(plans: readonly Plan[]): string {
  const parts = [`### Glance images: ${planSummary(plans)}`];
  let length = parts.join('').length;
  const changing = plans.filter(({ action, problems }) => action !== 'none' || problems.length > 0);
  for (const [index, plan] of changing.entries()) {
    const part = details(plan);
    length += part.length + 2;
    if (length > LENGTH_AT_MOST) {
      parts.push(`${changing.length - index} more are left out: the comment would be too long.`);
      break;
    }
    parts.push(part);
  }
  return `${parts.join('\n\n')}\n`;
}

function details(plan: Plan): string {
  const { action, definition, place, changes, problems } = plan;
  const lines = [
    planHeadline(plan),
    ...changes.map(describeChange),
    ...planConsequences(plan),
    ...problems.map((problem) => {
      const { severity, message, code, line = 1 } = placedProblem(plan, problem);
      return `${severity}: ${message} [${code}], line ${line}`;
    }),
  ];
  const open = action === 'blocked' ? ' open' : '';
  const subject = `<code>${inert(definition.arguments.name)}</code> in <code>${inert(describePlace(place))}</code>`;
  const text = lines.map(oneLine).join('\n');
  return `<details${open}><summary><b>${action}</b> ${subject}</summary>\n\n${fenced(text)}\n\n</details>`;
}

/** In a code block whose fence is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** All ASCII punctuation as entities, which Markdown and HTML show and never obey. */
function inert(text: string): string {
  return oneLine(text).replace(/[!-,:-@[-`{-~]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function oneLine(text: string): string {
  return withoutControlSequences(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
