import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { harmless, Terminal } from '../../../src/cli/terminal.ts';

/** A stream that keeps what is written, and passes for a terminal if told so. */
function stream(isTTY: boolean): { stream: WriteStream; text: () => string } {
  const kept = new PassThrough();
  const text: string[] = [];
  kept.on('data', (piece: Buffer) => text.push(piece.toString()));
  const made: unknown = Object.assign(kept, { isTTY, columns: 80, getColorDepth: () => 1, hasColors: () => false });
  return { stream: made as WriteStream, text: () => text.join('') };
}

function terminal(json: boolean, isTTY = false): { terminal: Terminal; out: () => string; errors: () => string } {
  const out = stream(isTTY);
  const errors = stream(isTTY);
  return { terminal: new Terminal(out.stream, errors.stream, json), out: out.text, errors: errors.text };
}

describe('Terminal', () => {
  it('keeps words on standard output, and off it where a document is printed', () => {
    const words = terminal(false);
    words.terminal.line('a');
    words.terminal.problem('b');
    assert.deepEqual([words.out(), words.errors()], ['a\n', 'b\n']);
    const json = terminal(true);
    json.terminal.line('a');
    json.terminal.document({ b: 1 });
    assert.deepEqual([json.out(), json.errors()], ['{\n  "b": 1\n}\n', 'a\n']);
  });

  it('lets no stranger forge a line, move the cursor or turn the writing direction', () => {
    assert.equal(
      harmless('a\ndone: "b"\r\u001b[31mc\u001b]0;title\u0007\u202e\u2066d\u2028e\u0085f'),
      'a done: "b" c  d e f',
    );
    const { terminal: shown, out } = terminal(false);
    shown.line('name\nerror: forged');
    assert.equal(out(), 'name error: forged\n');
  });

  it('takes the time of reading for sequences that do not end, and hides nothing behind them', () => {
    const text = `a${'\u001b]8;;b'.repeat(100_000)}${'\u009b'.repeat(100_000)}${'\u001b['.repeat(100_000)}\nc`;
    assert.match(harmless(text).replaceAll('8;;b', ''), /^a +c$/);
    assert.equal(harmless('error:\u001b] all of this'), 'error: all of this');
  });

  it('writes documents and definitions that mean the same and do nothing to a terminal', () => {
    const { terminal: shown, out } = terminal(true);
    shown.document({ name: 'a\u009b31m\u202eb' });
    assert.ok(!/[\u0080-\u009f\u202e]/.test(out()));
    assert.deepEqual(JSON.parse(out()), { name: 'a\u009b31m\u202eb' });
    const second = terminal(false);
    second.terminal.text('{\n  "name": "\u202e"\n}');
    assert.equal(second.out(), '{\n  "name": "\\u202e"\n}\n');
  });

  it('sends lines of the screen around what moves there', () => {
    const { terminal: shown, errors } = terminal(false, true);
    const around: string[] = [];
    shown.divert((line) => around.push(line));
    shown.problem('careful');
    shown.divert(undefined);
    shown.problem('again');
    assert.deepEqual([around, errors()], [['careful\n'], 'again\n']);
  });

  it('is animated only where both streams are seen', () => {
    assert.ok(terminal(false, true).terminal.animated);
    assert.ok(!terminal(false, false).terminal.animated);
    const half = new Terminal(stream(false).stream, stream(true).stream, false);
    assert.ok(!half.animated);
    assert.ok(new Terminal(stream(false).stream, stream(true).stream, true).animated, 'the document goes elsewhere');
  });
});
