import { describePlace } from '../../core/place.ts';
import type { Plan } from '../../core/reconcile/model/plan.ts';
import {
  ACTION_WORDS,
  describeChange,
  planConsequences,
  planOrigin,
  planSummary,
} from '../../core/reconcile/words/describe.ts';
import { html, type Html } from '../../platform/html.ts';
import { plainMessage } from '../../platform/prompts/plain-message.ts';
import { definitionId, type PlanRecord } from '../../state/definitions/plans.ts';
import { recordInWords } from '../../state/definitions/plan-state-words.ts';
import { isOpen, outOfDate } from './preview-text.ts';

/** Where the rows of a plan lead: addresses of links. */
export interface PlanLinks {
  /** A file's path as people see it. */
  readonly path: (file: string) => string;
  readonly definition: (plan: Plan) => string;
  readonly differences: (plan: Plan) => string;
  readonly image: (plan: Plan) => string;
}

/** What else the page is made of. */
export interface PlanPageParts {
  /** `Webview.cspSource`. */
  readonly cspSource: string;
  /** The webview URI of the style sheet. */
  readonly style: string;
}

/**
 * The page of a plan of several definitions: what blocks, a table of definitions by places with the action of each, and
 * the reasons. It runs no script.
 */
export function planPage(records: readonly PlanRecord[], made: Date, links: PlanLinks, parts: PlanPageParts): string {
  const plans = records.map(({ plan }) => plan);
  const old = outOfDate(records);
  const blocked = records.filter((record) => record.plan.action === 'blocked' && isOpen(record));
  const others = records.filter((record) => !blocked.includes(record));
  const told = others.filter((record) => record.plan.action !== 'none' || !isOpen(record));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="UTF-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${parts.cspSource}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <link rel="stylesheet" href="${parts.style}" />
        <title>Plan</title>
      </head>
      <body>
        <main>
          <h1>Plan</h1>
          <p class="muted">Made ${made.toLocaleString()}. Nothing was sent: ${planSummary(plans)}.</p>
          ${old === undefined ? undefined : html`<p class="notice">${old}</p>`}
          ${blocked.map((record) => details(record, links))} ${table(records, links)}
          ${told.map((record) => details(record, links))}
        </main>
      </body>
    </html>`.text;
}

function table(records: readonly PlanRecord[], links: PlanLinks): Html {
  const places = [...new Set(records.map(({ plan }) => describePlace(plan.place)))];
  const rows = [...Map.groupBy(records, ({ plan }) => definitionId(plan.definition)).values()];
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Image</th>
        ${places.map((place) => html`<th scope="col">${place === '' ? '(no cloud)' : place}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((group) => row(group, places, links))}
    </tbody>
  </table>`;
}

function row(group: readonly PlanRecord[], places: readonly string[], links: PlanLinks): Html {
  const [first] = group;
  const cells = places.map((place) => {
    const record = group.find(({ plan }) => describePlace(plan.place) === place);
    return html`<td>${record === undefined ? undefined : action(record, links)}</td>`;
  });
  const name = first && html`<a href="${links.definition(first.plan)}">${shownName(first.plan)}</a>`;
  return html`<tr>
    <th scope="row">${name}</th>
    ${cells}
  </tr>`;
}

/** The action in its colour, or what became of it. It leads to the differences, else to the image. */
function action(record: PlanRecord, links: PlanLinks): Html {
  const { plan } = record;
  const [kind, words] = isOpen(record)
    ? [plan.action, ACTION_WORDS[plan.action]]
    : ['none', recordInWords(record).text];
  const text = html`<span class="action ${kind}">${words}</span>`;
  const address = hasDifferences(plan)
    ? links.differences(plan)
    : plan.live === undefined
      ? undefined
      : links.image(plan);
  return address === undefined ? text : html`<a href="${address}">${text}</a>`;
}

function details(record: PlanRecord, links: PlanLinks): Html {
  const { plan } = record;
  const { definition, problems, changes, imageId } = plan;
  const place = describePlace(plan.place);
  const ways = [
    html`<a href="${links.definition(plan)}">${links.path(definition.file)}:${definition.line}</a>`,
    ...(hasDifferences(plan) ? [html`<a href="${links.differences(plan)}">Differences</a>`] : []),
    ...(plan.live === undefined ? [] : [html`<a href="${links.image(plan)}">Image</a>`]),
  ];
  const lines = [...changes.map(describeChange), ...planConsequences(plan)];
  return html`<section class="${plan.action}">
    <h2>${[shownName(plan), ...(place === '' ? [] : [place])].join(', ')}: ${action(record, links)}</h2>
    <p>${ways.map((way, index) => (index === 0 ? way : html` · ${way}`))}</p>
    <p class="muted">${planOrigin(plan)}${imageId === undefined ? '' : `; image ${imageId}`}</p>
    <ul>
      ${problems.map(({ severity, message }) => html`<li><strong>${severity}:</strong> ${plainMessage(message)}</li>`)}
      ${lines.map((line) => html`<li>${plainMessage(line)}</li>`)}
    </ul>
  </section>`;
}

/** Whether there is something to show side by side. */
export function hasDifferences({ action: does, changes }: Plan): boolean {
  return (does === 'create' || changes.length > 0) && does !== 'none';
}

function shownName({ definition }: Plan): string {
  return plainMessage(definition.arguments.name);
}
