import type { ListType } from '../argument.ts';
import type { MemberArgument } from '../definition.ts';
import { readItem, readStringMembers } from './read-lists.ts';
import { reportWrongType, type Reading } from './reader.ts';
import type { SyntaxNode } from '../text/syntax-tree.ts';

/** Glance stores any string of this length as a project. */
const PROJECT: ListType = { kind: 'strings', maximumLength: 255 };

/** Glance's default `image_member_quota`. */
const MEMBER_QUOTA = 128;

/** Project ids, or `{project, accept_with}`, without duplicates. */
export function readMembers(
  name: string,
  node: SyntaxNode,
  reading: Reading,
): readonly (string | MemberArgument)[] | null {
  if (node.type !== 'array') return reportWrongType(reading, `"${name}"`, 'a list of projects', node);
  const projects = new Set<string>();
  if (node.items.length > MEMBER_QUOTA) {
    const message = `${node.items.length} members exceed the ${MEMBER_QUOTA} that Glance allows by default.`;
    reading.report('warning', 'too-many-members', message, { offset: node.range.offset, length: 1 });
  }
  return node.items
    .map((item) => {
      const member = readMember(name, item, reading);
      if (member === null) return null;
      const project = typeof member === 'string' ? member : member.project;
      if (projects.has(project)) {
        const message = `The project ${JSON.stringify(project)} is in "${name}" twice. Remove one of the two.`;
        reading.report('error', 'repeated-item', message, item.range);
      }
      projects.add(project);
      return member;
    })
    .filter((member) => member !== null);
}

function readMember(name: string, item: SyntaxNode, reading: Reading): string | MemberArgument | null {
  if (item.type === 'string') return readItem(name, PROJECT, item, reading);
  const subject = `An item of "${name}"`;
  if (item.type !== 'object') return reportWrongType(reading, subject, 'a project id or an object', item);
  const written = readStringMembers(subject, item, ['project', 'accept_with'], reading);
  for (const { key, value } of item.members) {
    if (written.get(key)?.trim() === '')
      reading.report('error', 'empty-value', `"${key}" must not be empty.`, value.range);
  }
  const project = written.get('project');
  if (project === undefined) {
    const message = `${subject} needs "project", the id of a project.`;
    reading.report('error', 'missing-argument', message, item.range);
    return null;
  }
  const acceptWith = written.get('accept_with');
  return acceptWith === undefined ? { project } : { project, accept_with: acceptWith };
}
