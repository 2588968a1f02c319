import assert from 'node:assert/strict';
import { driftMarkdown, driftMessage, takeLiveTitle } from '../../../../src/features/definitions/drift-words.ts';
import type { Drift } from '../../../../src/state/definitions/drift.ts';
import { placeNamed } from '../../state/live-image.ts';

const value = (region: string, live: string | undefined): Drift['values'][number] => ({
  place: placeNamed(region),
  live,
  updatedAt: '2026-01-01T00:00:00Z',
  forcesReplacement: false,
});

const drift = (wanted: string | undefined, ...values: Drift['values']): Drift => ({
  path: 'properties/os_distro',
  range: { offset: 0, length: 1 },
  wanted,
  values,
});

describe('drift in words', () => {
  it('names the property without its way, and the live value of each region', () => {
    const message = driftMessage(drift('debian', value('RegionOne', 'ubuntu'), value('RegionTwo', undefined)));
    assert.equal(
      message,
      'The live value of "os_distro" differs from this definition ("debian"). Live: RegionOne: "ubuntu", RegionTwo: not set.',
    );
  });

  it('offers one value for all regions where they agree, else that of a region', () => {
    const [one, two] = [value('RegionOne', 'a'), value('RegionTwo', 'b')];
    assert.equal(takeLiveTitle(drift('x', one), one), 'Use the live value: "a"');
    assert.equal(takeLiveTitle(drift('x', one, two), two), 'Use the value of RegionTwo: "b"');
    const gone = value('RegionTwo', undefined);
    assert.equal(takeLiveTitle(drift('x', one, gone), gone), 'Use the state of RegionTwo: remove it');
  });

  it('shows what a cloud says as text, cut where it is long', () => {
    const text = driftMarkdown(drift('x', value('RegionOne', `[y](command:z)\n| ${'a'.repeat(300)}`)));
    assert.doesNotMatch(text, /\]\(command:/);
    assert.equal(text.split('\n').length, 7);
    assert.ok(text.length < 500);
  });
});
