import type { Plan } from '../model/plan.ts';
import { describeChange, planHeadline, subject } from '../words/describe.ts';
import { withoutControlSequences } from '../../quote.ts';

/**
 * Plans as test cases of a JUnit report: a blocked plan has failed, the changes of another are its output.
 * @param shown a file's path from the root of the repository, with slashes
 */
export function planJunit(plans: readonly Plan[], shown: (file: string) => string): string {
  const failures = plans.filter(({ action }) => action === 'blocked').length;
  const counts = `tests="${plans.length}" failures="${failures}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="glance-images plan" ${counts}>`,
    ...plans.map((plan) => testCase(plan, shown)),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(plan: Plan, shown: (file: string) => string): string {
  const { action, changes, definition, problems } = plan;
  const errors = problems.filter(({ severity }) => severity === 'error');
  const text = [planHeadline(plan), ...changes.map(describeChange)].map(escaped).join('\n');
  const failure =
    action === 'blocked'
      ? `<failure message="${escaped(errors[0]?.message ?? 'blocked')}">${errors.map(({ message, code }) => escaped(`${message} [${code}]`)).join('\n')}</failure>`
      : '';
  const file = escaped(shown(definition.file));
  return `<testcase name="${escaped(subject(plan))}" classname="${file}" file="${file}">${failure}<system-out>${text}</system-out></testcase>`;
}

/** XML 1.0 has no control characters, not even as entities, and no lone surrogates. */
function escaped(text: string): string {
  return withoutControlSequences(text)
    .toWellFormed()
    .replace(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
