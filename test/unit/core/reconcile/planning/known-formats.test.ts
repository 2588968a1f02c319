import assert from 'node:assert/strict';
import type { DefinitionArguments } from '../../../../../src/core/definition/definition.ts';
import type { LiveImage } from '../../../../../src/core/glance/image.ts';
import type { SourceFinding } from '../../../../../src/core/reconcile/sources/source-finding.ts';
import { GlanceModel } from '../glance-model.ts';
import { definition } from '../world.ts';
import { takesFormats } from '../../../../../src/core/reconcile/planning/needs.ts';

const FILE: SourceFinding = { kind: 'file', facts: { path: '/a.img', size: 1 } };
const FETCHED: SourceFinding = {
  kind: 'remote',
  facts: { kind: 'url', name: 'https://images.example.org/a', origin: { decompressed: false } },
};

describe('the formats of a definition', () => {
  const isTaken = (
    formats: Pick<DefinitionArguments, 'disk_format' | 'container_format'>,
    source: SourceFinding = FILE,
    candidates: readonly LiveImage[] = [],
  ): boolean => takesFormats({ definition: definition(formats), candidates, source });
  const bare = (disk: DefinitionArguments['disk_format']) => ({ disk_format: disk, container_format: 'bare' }) as const;

  it('need not be asked for where they are the usual ones and Glance sees them before a byte moves', () => {
    assert.equal(isTaken(bare('qcow2')), true);
    assert.equal(isTaken(bare('ploop')), false);
    assert.equal(isTaken({ disk_format: 'qcow2', container_format: 'docker' }), false);
    assert.equal(isTaken(bare('qcow2'), FETCHED), false);
  });

  it('need not be asked for where an image of the project has both', () => {
    const image = new GlanceModel().add({ disk_format: 'ploop', container_format: 'bare' });
    assert.equal(isTaken(bare('ploop'), FETCHED, [image]), true);
    assert.equal(isTaken({ disk_format: 'ploop', container_format: 'docker' }, FILE, [image]), false);
  });
});
