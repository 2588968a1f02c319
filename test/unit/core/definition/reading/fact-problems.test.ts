import assert from 'node:assert/strict';
import { factProblems, isAnswered } from '../../../../../src/core/definition/reading/fact-problems.ts';
import { parseDefinitions } from '../../../../../src/core/definition/parse.ts';
import type { CloudFacts } from '../../../../../src/core/cloud-facts.ts';

const FACTS: CloudFacts = {
  place: { cloud: 'demo', region: 'RegionOne', origin: '/clouds.yaml' },
  regions: ['RegionOne', 'RegionTwo'],
  formats: { disk: ['raw', 'qcow2', 'squashed'], container: ['bare'] },
  stores: [
    { id: 'fast', description: null, isDefault: true, readOnly: false },
    { id: 'slow', description: null, isDefault: false, readOnly: false },
  ],
  properties: [
    {
      name: 'hw_vif_model',
      title: 'Network',
      description: '',
      type: 'string',
      values: ['virtio', 'e1000'],
      namespace: 'libvirt',
    },
  ],
  projects: [],
};

function problemsOf(rest: object, facts: CloudFacts = FACTS): unknown[] {
  const text = JSON.stringify({ name: 'a', container_format: 'bare', disk_format: 'raw', ...rest });
  const [definition] = parseDefinitions(text, '/a.image.jsonc').definitions;
  assert.ok(definition);
  return factProblems(definition, [facts]).map(({ severity, code, range, fixes, line }) => [
    severity,
    code,
    text.slice(range?.offset, (range?.offset ?? 0) + (range?.length ?? 0)),
    fixes?.[0],
    line,
  ]);
}

const change = (value: string): object => ({ kind: 'set-value', value });

describe('what a cloud has against a definition', () => {
  it('is nothing where all that it names is there', () => {
    const properties = { hw_vif_model: 'e1000', mine: 'x' };
    assert.deepEqual(problemsOf({ regions: FACTS.regions, stores: ['slow'], properties }), []);
    assert.deepEqual(
      problemsOf(
        { disk_format: 'iso', region: 'nowhere' },
        { ...FACTS, formats: { disk: [], container: [] }, regions: [] },
      ),
      [],
    );
  });

  it('is a format that it does not take, with the nearest that it does', () => {
    assert.deepEqual(problemsOf({ disk_format: 'qcow' }), [
      ['error', 'format-not-offered', '"qcow"', change('qcow2'), 1],
    ]);
  });

  it('is a region or store that it does not have', () => {
    assert.deepEqual(problemsOf({ regions: ['RegionOne', 'RegionTow'], stores: ['fsat'] }), [
      ['error', 'region-not-found', '"RegionTow"', change('RegionTwo'), 1],
      ['error', 'unknown-store', '"fsat"', change('fast'), 1],
    ]);
  });

  it('is no more than a remark for values that only its operator does not list', () => {
    assert.deepEqual(problemsOf({ properties: { hw_vif_model: 'virtoi' } }), [
      ['information', 'property-value-unlisted', '"virtoi"', change('virtio'), 1],
    ]);
    assert.deepEqual(problemsOf({ properties: { hw_vif_model: 'vmxnet3' } }), [], 'Nova knows it');
  });

  it('is its word on a format that Glance does not know by default', () => {
    const text = JSON.stringify({ name: 'a', container_format: 'bare', disk_format: 'squashed' });
    const { definitions, problems } = parseDefinitions(text, '/a.image.jsonc');
    const [warning] = problems;
    assert.ok(warning?.code === 'unknown-format');
    assert.equal(isAnswered(warning, definitions[0], [FACTS]), true);
    assert.equal(isAnswered(warning, definitions[0], []), false);
    const other = { ...FACTS, formats: { disk: ['raw'], container: ['bare'] } };
    assert.equal(isAnswered(warning, definitions[0], [FACTS, other]), false);
  });
});
