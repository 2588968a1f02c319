import type { Random } from '../../host/random.ts';
import type { Slot } from '../slot.ts';

/** Applies these definitions, all of them, as both machines do at once. */
export function duelCommand(slots: readonly Slot[], random: Random): readonly string[] {
  const apply = ['apply', ...slots.map(({ file }) => file), '--auto-approve', '--json'];
  return random.pick([apply, [...apply, '--recover-stuck']]);
}

/** The words of a random command about these definitions. */
export function randomCommand(slots: readonly Slot[], random: Random): readonly string[] {
  const files = random.some(slots).map(({ file }) => file);
  const apply = ['apply', ...files, '--auto-approve', '--json'];
  const withId = slots.flatMap(({ served }) => [...served].map(([region, { id }]) => ({ region, id })));
  const one = withId.length === 0 ? undefined : random.pick(withId);
  return random.pick<readonly string[]>([
    apply,
    apply,
    apply,
    apply,
    [...apply, '--recover-stuck'],
    [...apply, '--recover-stuck'],
    [...apply, '--adopt'],
    [...apply, '--parallelism', '1'],
    ['plan', ...files, '--json', '--detailed-exitcode'],
    ['plan', ...files, '--json', '--fetch'],
    ['rollback', ...files, '--auto-approve', '--json'],
    ['delete', random.pick(files), '--auto-approve', '--json'],
    ['list', '--json'],
    ['validate', ...files, '--json'],
    ...(one === undefined
      ? []
      : [
          ['download', one.id, '--region', one.region, '-o', downloadName(one.id, random), '--force'],
          ['import', one.id, '--region', one.region],
          ['show', one.id, '--region', one.region, '--json'],
        ]),
  ]);
}

function downloadName(id: string, random: Random): string {
  return `download-${id}-${String(random.int(1, 2))}.img`;
}
