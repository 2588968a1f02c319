import assert from 'node:assert/strict';
import { errorText, failureOf, parseJson } from '../../../../src/core/http/answers.ts';
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
    [
      'of a piece of a page',
      '<h1>502 Bad Gateway</h1>\nThe server sent an <b class="x">invalid</b> answer.',
      '502 Bad Gateway The server sent an invalid answer.',
    ],
    [
      'of a page that begins with a comment',
      '<!-- nginx --><center><h1>413 Too Large</h1></center><hr>',
      '413 Too Large',
    ],
    ['of a piece of a page in JSON', { message: '<p>Down &#8211; &quot;soon&quot; back</p>' }, 'Down – "soon" back'],
    ['with what is in brackets but no HTML', '<Image 5> has no <title', '<Image 5> has no <title'],
    ['without what a page hides as numbers', '<p>a&#27;[31mred&#x202e;b&#99999999;</p>', 'ared b&#99999999;'],
    ['of a script, which says nothing', '<p>Down</p><script>if (a < b) alert("<p>x</p>")</script>', 'Down'],
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

describe('a document', () => {
  it('is none with more pieces than any answer has', () => {
    assert.equal(parseJson(`[${'{},'.repeat(1_100_000)}{}]`), undefined);
    assert.equal(parseJson(`${'['.repeat(1_100_000)}${']'.repeat(1_100_000)}`), undefined);
    assert.deepEqual(parseJson(`{"a":"${'x'.repeat(2_000_000)}"}`), { a: 'x'.repeat(2_000_000) });
  });
});

describe('the failure of an answer', () => {
  it('has a request id of one line and an end', () => {
    const id = `req-1\u001b[31m\u202e${'x'.repeat(10_000)}`;
    const { requestId = '' } = failureOf(answer('', { 'x-openstack-request-id': id }), 'server-error', 'It failed');
    assert.match(requestId, /^req-1 x{1,60}$/);
  });

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
