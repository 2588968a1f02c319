import assert from 'node:assert/strict';
import { filterInWords, groupLabel, viewInWords } from '../../../../src/features/explorer/facet-words.ts';

describe('a filter in words', () => {
  it('joins values of one facet by "or", and facets by a dot, in one order', () => {
    const filter = [
      { facet: 'format', value: 'qcow2' },
      { facet: 'visibility', value: 'public' },
      { facet: 'visibility', value: 'shared' },
    ] as const;
    assert.equal(filterInWords(filter), 'public or shared · qcow2');
  });

  it('names what has no value', () => {
    assert.equal(groupLabel('tag', ''), 'No tag');
    assert.equal(groupLabel('format', ''), 'No format yet');
    assert.equal(groupLabel('management', 'something new'), 'Not managed');
  });

  it('says nothing beside the title where every image is in one list', () => {
    assert.equal(viewInWords({ filter: [] }), undefined);
    assert.equal(viewInWords({ filter: [{ facet: 'tag', value: 'lts' }], groupBy: 'tag' }), 'filtered, by tag');
  });
});
