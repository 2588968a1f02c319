// `npm run docs`: writes docs/errors.md from the table of codes.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERRORS } from '../../src/core/error-codes.ts';
import { ROOT } from '../host/folders.ts';

const HEAD = `# Errors

Every error says what happened, to which image, in which region, with Glance's own words, the HTTP status and the
request id, and ends with a code. The operator of the cloud can find the request by its id.
`;

/** The text of `docs/errors.md`. */
export function errorsPage(): string {
  const sections = ERRORS.map(({ title, rows }) => {
    const lines = rows.map(([codes, advice]) => `| ${codes.map((code) => `\`${code}\``).join(', ')} | ${advice} |`);
    return [
      '',
      `## ${title}`,
      '',
      '<!-- prettier-ignore -->',
      '| code | what to do |',
      '| --- | --- |',
      ...lines,
      '',
    ].join('\n');
  });
  return `${HEAD}${sections.join('')}`;
}

if (import.meta.main) await writeFile(join(ROOT, 'docs', 'errors.md'), errorsPage());
