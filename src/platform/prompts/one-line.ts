/** Characters of a notification that VS Code shows without unfolding it, about. */
const LINE_AT_MOST = 240;

/** The first sentence of a text, cut where it is too long for a notification: the log and the views have the rest. */
export function inOneLine(text: string): string {
  const [line = ''] = text.trim().split('\n');
  const sentence = /^.*?[.!?](?=\s+["“(\p{Lu}])/u.exec(line)?.[0] ?? line;
  return sentence.length <= LINE_AT_MOST ? sentence : `${sentence.slice(0, LINE_AT_MOST).trimEnd()}…`;
}
