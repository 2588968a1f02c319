import assert from 'node:assert/strict';
import { ANY_RELEASE, type Releases } from '../../../../../../src/core/glance/releases.ts';
import type { DefinitionArguments } from '../../../../../../src/core/definition/definition.ts';
import type { Problem } from '../../../../../../src/core/problem.ts';
import { inspectionProblems } from '../../../../../../src/core/reconcile/planning/problems/inspection-problems.ts';
import type { FormatFinding, Inspection } from '../../../../../../src/core/source/inspection/inspection.ts';
import { definition } from '../../world.ts';

const OLD: Releases = { from: 0, to: 28 };
const BETWEEN: Releases = { from: 29, to: 32 };
const NEWEST: Releases = { from: 33, to: Infinity };

function inspection(...all: readonly (FormatFinding['format'] | FormatFinding)[]): Inspection {
  const formats = all.map((each) => (typeof each === 'string' ? { format: each, virtualSize: null, flaws: [] } : each));
  return { version: 1, formats, wrapping: null, fixedVhd: false, size: 1024 ** 2 };
}
const badTable: FormatFinding = {
  format: 'gpt',
  virtualSize: null,
  flaws: [{ code: 'partition-table-invalid', detail: 'the protective partition begins at an odd CHS' }],
};

function found(
  given: Partial<DefinitionArguments>,
  what: Inspection,
  cloud: Releases,
  sends = true,
): readonly Problem[] {
  return inspectionProblems(definition(given), { name: 'disk.img', inspection: what, sends, cloud });
}

const severities = (given: Partial<DefinitionArguments>, what: Inspection): readonly string[] =>
  [OLD, BETWEEN, NEWEST, ANY_RELEASE].map((cloud) =>
    found(given, what, cloud)
      .map(({ severity, code }) => `${severity} ${code}`)
      .join(),
  );

describe('what only some releases of Glance refuse', () => {
  it('is no error of a disc with a partition table, which 30 and 31 alone refuse', () => {
    const expected = ['information', 'warning', 'information', 'warning'].map((each) => `${each} iso-hybrid`);
    assert.deepEqual(severities({ disk_format: 'iso' }, inspection('iso', 'gpt')), expected);
    const [may] = found({ disk_format: 'iso' }, inspection('iso', 'gpt'), BETWEEN);
    assert.match(
      may?.message ?? '',
      /once all bytes are sent, by Glance 30 \(2025\.1\) and 31 \(2025\.2\)\. This cloud has Glance 29 to 32 \(2026\.1\)\./,
    );
  });

  it('is such a disc as raw, with its format as the fix', () => {
    const expected = ['information', 'warning', 'error', 'warning'].map((each) => `${each} iso-hybrid`);
    assert.deepEqual(severities({ disk_format: 'raw' }, inspection('iso', 'gpt')), expected);
    const [problem] = found({ disk_format: 'raw' }, inspection('iso', 'gpt'), NEWEST);
    assert.deepEqual(problem?.fixes, [{ kind: 'set-argument', argument: 'disk_format', value: 'iso' }]);
    assert.match(problem.message, /This cloud has Glance 33 \(2026\.2\) and later and refuses it.*"inspect": false/);
  });

  it('is a VHD of fixed size', () => {
    const fixed = { ...inspection('gpt'), fixedVhd: true };
    const expected = ['information', 'warning', 'error', 'warning'].map((each) => `${each} vhd-fixed`);
    assert.deepEqual(severities({ disk_format: 'vhd' }, fixed), expected);
    const [unknown] = found({ disk_format: 'vhd' }, fixed, ANY_RELEASE);
    assert.match(unknown?.message ?? '', /This cloud does not tell its release\. Convert it/);
  });

  it('is a partition table that is not right', () => {
    const expected = ['information', 'information', 'error', 'warning'].map(
      (each) => `${each} partition-table-invalid`,
    );
    assert.deepEqual(severities({ disk_format: 'raw' }, inspection(badTable)), expected);
  });

  it('is not the partition table of a disc, nor one in another container, for Glance does not look at these', () => {
    assert.deepEqual(
      found({ disk_format: 'iso' }, inspection('iso', badTable), NEWEST).map(({ code }) => code),
      ['iso-hybrid'],
    );
    assert.deepEqual(found({ disk_format: 'raw', container_format: 'ovf' }, inspection(badTable), NEWEST), []);
  });

  it('is only warned of with "inspect": false, and only mentioned where nothing is sent', () => {
    const said = { disk_format: 'raw', inspect: false };
    assert.deepEqual(
      found(said, inspection(badTable), NEWEST).map(({ severity }) => severity),
      ['warning'],
    );
    const stored = found({ disk_format: 'raw' }, inspection(badTable), NEWEST, false);
    assert.deepEqual(
      stored.map(({ severity }) => severity),
      ['information'],
    );
  });
});
