import type { TextRange } from '../problem.ts';
import { parseHcl, type Attribute, type Literal } from './hcl-parser.ts';

/** What the names in an expression stand for. */
export interface Scope {
  /** `locals`, and the defaults of variables, by `local.NAME` and `var.NAME`. */
  readonly named: ReadonlyMap<string, Attribute>;
  /** `each.key`, `each.value` and `count.index` of this copy of a resource. */
  readonly copy: ReadonlyMap<string, Literal>;
}

/** Deeper nesting, and longer chains of locals, are not followed. */
const DEPTH_AT_MOST = 30;
/** Steps of one expression: locals that use each other twice double their work at each level. */
const STEPS_AT_MOST = 10_000;
/** Characters of one text. */
const TEXT_AT_MOST = 64 * 1024;

const SPACE = /\s+/y;
const COMMENT = /(?:#|\/\/)[^\n]*/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+)?/y;
/** A string without templates within its templates: those are rare. */
const STRING = /"((?:[^"\\$%]|\\.|\$\$\{|%%\{|[$%](?!\{)|\$\{(?:[^"{}]|"[^"\\]*")*\})*)"/y;
const TEMPLATE = /\$\{((?:[^"{}]|"[^"\\]*")*)\}/g;

/**
 * The value of an expression, as far as it follows from the text alone: literals, templates, `var`, `local`, `each`, `count`,
 * `path.module`, indices and a few functions. `undefined` for anything else. Accepts any text and throws nothing.
 * @param range of the expression, for problems with its value
 */
export function evaluate(text: string, scope: Scope, range: TextRange): Literal | undefined {
  const budget = { steps: STEPS_AT_MOST };
  return new Evaluation(text, scope, range, budget, 0).whole();
}

class Evaluation {
  readonly #text: string;
  readonly #scope: Scope;
  readonly #range: TextRange;
  readonly #budget: { steps: number };
  readonly #depth: number;
  #at = 0;

  constructor(text: string, scope: Scope, range: TextRange, budget: { steps: number }, depth: number) {
    this.#text = text;
    this.#scope = scope;
    this.#range = range;
    this.#budget = budget;
    this.#depth = depth;
  }

  whole(): Literal | undefined {
    const value = this.#expression(0);
    this.#skip();
    return this.#at === this.#text.length ? value : undefined;
  }

  #expression(depth: number): Literal | undefined {
    this.#budget.steps -= 1;
    if (this.#budget.steps < 0 || this.#depth + depth > DEPTH_AT_MOST) return undefined;
    this.#skip();
    let value = this.#primary(depth + 1);
    while (value !== undefined) {
      this.#skip();
      if (this.#is('[')) {
        const index = this.#expression(depth + 1);
        value = index === undefined || !this.#is(']') ? undefined : memberOf(value, index);
      } else if (/^\.[\p{ID_Start}_]/u.test(this.#text.slice(this.#at, this.#at + 3))) {
        this.#at += 1;
        value = memberOf(value, this.#string(this.#take(NAME) ?? ''));
      } else return value;
    }
    return undefined;
  }

  #primary(depth: number): Literal | undefined {
    const quoted = this.#take(STRING);
    if (quoted !== undefined) return this.#template(quoted.slice(1, -1));
    const number = this.#take(NUMBER);
    if (number !== undefined) return { kind: 'number', text: number, range: this.#range };
    if (this.#is('(')) {
      const value = this.#expression(depth);
      return this.#is(')') ? value : undefined;
    }
    if (this.#is('[')) {
      const items = this.#items(']', depth);
      return items && { kind: 'list', items, range: this.#range };
    }
    if (this.#is('{')) return this.#map(depth);
    const name = this.#take(NAME);
    return name === undefined ? undefined : this.#named(name, depth);
  }

  #named(name: string, depth: number): Literal | undefined {
    if (name === 'true' || name === 'false') return { kind: 'boolean', value: name === 'true', range: this.#range };
    if (name === 'null') return { kind: 'null', range: this.#range };
    this.#skip();
    if (this.#is('(')) {
      const given = this.#items(')', depth);
      return given && call(name, given, this.#range);
    }
    if (!this.#is('.')) return undefined;
    const key = `${name}.${this.#take(NAME) ?? ''}`;
    if (key === 'path.module' || key === 'path.root' || key === 'path.cwd') return this.#string('.');
    const copy = this.#scope.copy.get(key);
    if (copy !== undefined) return copy;
    const attribute = this.#scope.named.get(key);
    if (attribute === undefined) return undefined;
    if (attribute.value !== undefined) return attribute.value;
    return new Evaluation(attribute.text, this.#scope, this.#range, this.#budget, this.#depth + depth + 1).whole();
  }

  #items(end: string, depth: number): readonly Literal[] | undefined {
    const items: Literal[] = [];
    for (;;) {
      this.#skip();
      if (this.#is(end)) return items;
      const item = this.#expression(depth);
      if (item === undefined) return undefined;
      items.push(item);
      this.#skip();
      if (!this.#is(',') && this.#text[this.#at] !== end) return undefined;
    }
  }

  #map(depth: number): Literal | undefined {
    const entries: { readonly key: string; readonly keyRange: TextRange; readonly value: Literal }[] = [];
    for (;;) {
      this.#skip();
      if (this.#is('}')) return { kind: 'map', entries, range: this.#range };
      const quoted = this.#take(STRING);
      const key = quoted === undefined ? this.#take(NAME) : textOf(this.#template(quoted.slice(1, -1)));
      this.#skip();
      if (key === undefined || (!this.#is('=') && !this.#is(':'))) return undefined;
      const value = this.#expression(depth);
      if (value === undefined) return undefined;
      entries.push({ key, keyRange: this.#range, value });
      this.#skip();
      this.#is(',');
    }
  }

  /** A text with its templates filled in. One that is a template as a whole keeps the type of its value. */
  #template(written: string): Literal | undefined {
    const [alone] = written.matchAll(TEMPLATE);
    if (alone?.[0] === written) return this.#inner(alone[1] ?? '');
    let text = '';
    let from = 0;
    for (const { 0: part, 1: inner = '', index } of written.matchAll(TEMPLATE)) {
      // `$${` is no template.
      if (written[index - 1] === '$') continue;
      const value = textOf(this.#inner(inner));
      const plain = unescaped(written.slice(from, index));
      if (value === undefined || plain === undefined) return undefined;
      text += plain + value;
      from = index + part.length;
      if (text.length > TEXT_AT_MOST) return undefined;
    }
    const rest = unescaped(written.slice(from));
    return rest === undefined ? undefined : this.#string(text + rest);
  }

  #inner(text: string): Literal | undefined {
    return new Evaluation(text, this.#scope, this.#range, this.#budget, this.#depth + 1).whole();
  }

  #string(value: string): Literal {
    return { kind: 'string', value, range: this.#range };
  }

  #skip(): void {
    while (this.#take(SPACE) !== undefined || this.#take(COMMENT) !== undefined);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #is(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

/** A piece of a quoted string without its escapes; `undefined` for one with a directive. */
function unescaped(text: string): string | undefined {
  const { blocks } = parseHcl(`a {\n b = "${text}"\n}`);
  const value = blocks[0]?.attributes[0]?.value;
  return value?.kind === 'string' ? value.value : undefined;
}

/** A value within a text, as Terraform converts it. */
export function textOf(value: Literal | undefined): string | undefined {
  if (value?.kind === 'string') return value.value;
  if (value?.kind === 'number') return value.text;
  return value?.kind === 'boolean' ? String(value.value) : undefined;
}

function memberOf(value: Literal, index: Literal): Literal | undefined {
  if (value.kind === 'list') return value.items[Number(textOf(index))];
  return value.kind === 'map' ? value.entries.findLast(({ key }) => key === textOf(index))?.value : undefined;
}

function call(name: string, [first, second, third]: readonly Literal[], range: TextRange): Literal | undefined {
  switch (name) {
    case 'toset':
    case 'tolist':
      return first?.kind === 'list' ? first : undefined;
    case 'tomap':
      return first?.kind === 'map' ? first : undefined;
    case 'tostring': {
      const value = textOf(first);
      return value === undefined ? undefined : { kind: 'string', value, range };
    }
    case 'lower':
    case 'upper': {
      const value = textOf(first);
      return value === undefined
        ? undefined
        : { kind: 'string', value: name === 'lower' ? value.toLowerCase() : value.toUpperCase(), range };
    }
    case 'length':
      return first?.kind === 'list'
        ? { kind: 'number', text: String(first.items.length), range }
        : first?.kind === 'map'
          ? { kind: 'number', text: String(first.entries.length), range }
          : undefined;
    case 'element':
      return first?.kind === 'list' && first.items.length > 0
        ? first.items[Number(textOf(second)) % first.items.length]
        : undefined;
    case 'lookup':
      return first === undefined || second === undefined ? undefined : (memberOf(first, second) ?? third);
    default:
      return undefined;
  }
}
