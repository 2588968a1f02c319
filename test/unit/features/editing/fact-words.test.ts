import assert from 'node:assert/strict';
import { propertyMarkdown } from '../../../../src/features/editing/fact-words.ts';

const property = {
  name: 'acme_tier',
  namespace: 'ACME::Tiers',
  title: 'Tier',
  description: 'Which disks it is for.',
  type: 'string',
  values: [] as readonly string[],
};

describe('what an operator says of a property', () => {
  it('is text, also where a value would end the code that it is shown as', () => {
    const text = propertyMarkdown({
      ...property,
      values: ['a`[x](https://e.example)', 'b\n\n![x](https://e.example)'],
    });
    assert.match(text, /One of `a'\[x\]\(https:\/\/e\.example\)`, `b !\[x\]\(https:\/\/e\.example\)`\./);
  });

  it('counts the values that are not shown', () => {
    const values = Array.from({ length: 25 }, (_, index) => `v${index}`);
    assert.match(propertyMarkdown({ ...property, values }), /`v19` and 5 more\./);
    assert.match(propertyMarkdown(property), /Any string\./);
  });
});
