import assert from 'node:assert/strict';
import { errorText, failureOf } from '../../../../src/core/http/answers.ts';
import type { HttpAnswer } from '../../../../src/core/http/http.ts';

function answer(body: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status: 400, headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const schemaDump = `Provided object does not match schema 'image': 5 is not of type 'string'

Failed validating 'type' in schema['additionalProperties']:
    {'type': 'string'}

On instance['hw_vif_multiqueue']:
    5<br /><br />


`;

describe('the text of an error', () => {
  const cases: readonly (readonly [name: string, body: unknown, text: string])[] = [
    [
      'of Glance, where the detail says it',
      {
        message: "Access was denied to this resource.<br /><br />\nOwner can't be updated by non admin.\n\n",
        code: '403',
      },
      "Owner can't be updated by non admin.",
    ],
    [
      'of Glance, where only the explanation says it',
      { message: 'Image abc is protected and cannot be deleted.<br /><br />\n\n\n', title: 'Forbidden' },
      'Image abc is protected and cannot be deleted.',
    ],
    [
      'of Glance about a schema: what and where, not the schema',
      { message: schemaDump },
      "Provided object does not match schema 'image': 5 is not of type 'string' (at ['hw_vif_multiqueue'])",
    ],
    [
      'of Keystone',
      { error: { code: 401, message: 'The request you have made requires authentication.', title: 'Unauthorized' } },
      'The request you have made requires authentication.',
    ],
    [
      "of a proxy's page",
      '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body><h1>413</h1></body></html>',
      '413 Request Entity Too Large',
    ],
    ['of a page without a title', '<!DOCTYPE html><style>p{}</style><p>Bad &amp; sad</p>', 'Bad & sad'],
    ['in plain words, with their angle brackets', 'size < 5 and\n size > 3', 'size < 5 and size > 3'],
    ['that JSON without a message does not hold', { code: 5 }, ''],
    ['that a message of another kind is not', { message: { a: 1 }, error: [] }, ''],
    ['of an empty body', '', ''],
    [
      'without what terminals act upon',
      { message: '\u001b[31mred\u001b[0m \u001b]8;;http://evil\u0007link\u202etxt\u0007' },
      'red link txt',
    ],
  ];
  for (const [name, body, text] of cases) {
    it(name, () => assert.equal(errorText(answer(body)), text));
  }

  it('is shortened', () => {
    const text = errorText(answer({ message: 'x'.repeat(5000) }));
    assert.ok(text.length < 500 && text.endsWith('…'));
  });

  it('survives any nesting of keys that objects inherit', () => {
    assert.equal(errorText(answer('{"__proto__":{"message":"no"}}')), '');
  });
});

describe('the failure of an answer', () => {
  it('holds what was tried, the words, the status and the request id', () => {
    const failure = failureOf(
      answer({ message: 'No.' }, { 'x-openstack-request-id': 'req-1' }),
      'forbidden',
      'Changing it failed',
      { region: 'R', next: 'Ask.', requestId: 'req-ours' },
    );
    assert.equal(failure.explain(), 'Changing it failed: No. (region R, HTTP 400, req-1) Ask.');
  });

  it('falls back to the request id that was sent, and to no words', () => {
    const failure = failureOf(answer(''), 'forbidden', 'It failed', { requestId: 'req-ours' });
    assert.equal(failure.explain(), 'It failed. (HTTP 400, req-ours)');
  });
});
