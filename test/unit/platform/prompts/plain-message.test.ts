import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainLabel, plainMessage } from '../../../../src/platform/prompts/plain-message.ts';

/** What VS Code makes links of in notifications, progress and prompts (src/vs/base/common/linkedText.ts, 1.103 and 1.139). */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('a message as VS Code shows it', () => {
  for (const text of [
    '[Click](command:workbench.action.terminal.new)',
    'Image "[x](command:a?%5B%22b%22%5D "title")" failed',
    '[a](https://evil.example)[b](file:///etc/passwd)',
    '[a]\u200b(command:b)',
    '[a]\u0000(command:b)',
    '[[a]](command:b)',
    ']('.repeat(5),
  ]) {
    it(`holds no link: ${JSON.stringify(text)}`, () => {
      const shown = plainMessage(text).replace(/\r\n|\n|\r/g, ' ');
      assert.doesNotMatch(shown, LINK);
      assert.equal(shown.replace(/\s/g, ''), text.replace(/[\s\u200b\0]/g, ''), 'it is no longer these words');
    });
  }

  it('holds none, whatever the text', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      'command:x',
      'https://y',
      ' ',
      '\n',
      '\u200b',
      '\u202e',
      '"',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        assert.doesNotMatch(plainMessage(pieces.join('')).replace(/\r\n|\n|\r/g, ' '), LINK);
      }),
    );
  });

  it('is the text itself where nothing has to go', () => {
    const text = 'Image "Ubuntu [24.04] (LTS)" in demo/RegionOne:\nÄ 雪 👩‍💻 a[0] (b)';
    assert.equal(plainMessage(text), text);
  });

  it('does not turn the writing direction, and has an end', () => {
    assert.equal(plainMessage('a\u202egnp.exe\u2066\u001b[31m'), 'a gnp.exe  [31m');
    assert.ok(plainMessage('x'.repeat(1_000_000)).length < 5000);
  });

  it('holds no icon as a label', () => {
    assert.equal(plainLabel('$(trash) x'), '$ (trash) x');
  });
});
