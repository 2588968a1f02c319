import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { Questions } from '../../../src/cli/questions.ts';

describe('Questions', () => {
  let input: PassThrough;
  let abort: AbortController;
  let written: string;
  let questions: Questions;

  beforeEach(() => {
    input = new PassThrough();
    const output = new PassThrough();
    written = '';
    output.on('data', (piece: Buffer) => (written += piece.toString()));
    abort = new AbortController();
    questions = new Questions({ input, output, signal: abort.signal, interrupt: () => abort.abort() });
  });

  it('takes only yes for yes', async () => {
    for (const [typed, agreed] of [
      ['yes', true],
      [' YES ', true],
      ['y', false],
      ['', false],
      ['no', false],
      ['yess', false],
    ] as const) {
      const answer = questions.yes('Apply this plan?');
      input.write(`${typed}\n`);
      assert.equal(await answer, agreed, typed);
    }
    assert.match(written, /^Apply this plan\? Only "yes" will be accepted: /);
  });

  it('takes the end of the input for no', async () => {
    const answer = questions.yes('Apply this plan?');
    input.end();
    assert.equal(await answer, false);
  });

  it('ends with the cancellation', async () => {
    const answer = questions.yes('Apply this plan?');
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    await assert.rejects(questions.yes('Another?'), { name: 'AbortError' });
  });

  it('shows nothing of a secret, cancels at Ctrl+C, and asks one thing after the other', async () => {
    const first = questions.secret('Password of a\u001b[2J');
    const second = questions.secret('Password of b');
    input.write('hunter2\r');
    assert.equal(await first, 'hunter2');
    assert.ok(!written.includes('Password of b') || written.indexOf('\n') < written.indexOf('Password of b'));
    input.write('\r');
    assert.equal(await second, undefined);
    const third = questions.secret('Password of c');
    input.write('\u0003');
    await assert.rejects(third, { name: 'AbortError' });
    assert.ok(!written.includes('hunter2'), written);
    assert.ok(!written.includes('\u001b'), written);
  });
});
