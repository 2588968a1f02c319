import assert from 'node:assert/strict';
import { Failure } from '../../../../src/core/failure.ts';
import { answerShare } from '../../../../src/core/glance/answer-share.ts';
import type { LiveImage } from '../../../../src/core/glance/image.ts';
import type { MemberService, MemberStatus } from '../../../../src/core/glance/members.ts';
import { liveImage } from '../../state/live-image.ts';

describe('answering a share', () => {
  const theirs = liveImage('1', 'theirs', { owner: 'them', visibility: 'shared' });

  /** Resolves to the statuses that Glance was asked to set. */
  async function answered(image: LiveImage, project: string | undefined, says?: MemberStatus): Promise<string[]> {
    const set: string[] = [];
    const refuse = (): never => assert.fail('Glance is asked for something else.');
    const members: MemberService = {
      list: refuse,
      add: refuse,
      remove: refuse,
      setStatus: (id, member, status) => {
        set.push(`${id} ${member} ${status}`);
        return Promise.resolve({ value: { project: member, status: says ?? status }, requestId: 'req-1' });
      },
    };
    await answerShare(
      { images: { region: 'R', members, get: () => Promise.resolve(image) }, project },
      '1',
      'accepted',
    );
    return set;
  }

  it('sets the status of the own project', async () => {
    assert.deepEqual(await answered(theirs, 'me'), ['1 me accepted']);
  });

  it('asks Glance nothing where the image is not shared with the project', async () => {
    for (const [image, project] of [
      [theirs, 'them'],
      [theirs, undefined],
      [{ ...theirs, visibility: 'public' }, 'me'],
    ] as const) {
      await assert.rejects(answered(image, project), (error) => Failure.is(error, 'not-shared'));
    }
  });

  it('does not take another status for done', async () => {
    await assert.rejects(answered(theirs, 'me', 'pending'), (error) => Failure.is(error, 'not-applied'));
  });
});
