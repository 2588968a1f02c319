import { field } from '../../http/answers.ts';

/** One kind of request that an application credential may be used for. */
export interface AccessRule {
  /** Type of the service, e.g. `image`. */
  readonly service: string;
  readonly method: string;
  /** Path of the URL. `*` and `{name}` stand for one segment, `**` for any number. */
  readonly path: string;
}

/**
 * The access rules of a token's application credential; `undefined` where it has none, and may be used for everything
 * (https://docs.openstack.org/keystone/latest/user/application_credentials.html#access-rules).
 */
export function readAccessRules(token: unknown): readonly AccessRule[] | undefined {
  const rules = field(field(token, 'application_credential'), 'access_rules');
  if (!Array.isArray(rules) || rules.length === 0) return undefined;
  const text = (rule: unknown, name: string): string => {
    const value = field(rule, name);
    return typeof value === 'string' ? value : '';
  };
  return rules.map((rule: unknown) => ({
    service: text(rule, 'service'),
    method: text(rule, 'method'),
    path: text(rule, 'path'),
  }));
}

/** Whether a rule allows a request, as keystonemiddleware decides it. `path` is that of the URL. */
export function isAllowed(rules: readonly AccessRule[], service: string, method: string, path: string): boolean {
  return rules.some(
    (rule) => rule.service === service && rule.method.toUpperCase() === method && pattern(rule.path).test(path),
  );
}

function pattern(path: string): RegExp {
  const source = path.replace(/\*{2,}|\*|\{[^{}]*\}|[\\^$.|?+()[\]{}]/g, (found) => {
    if (found.startsWith('**')) return '.*';
    return found === '*' || found.length > 1 ? '[^/]+' : `\\${found}`;
  });
  return new RegExp(`^${source}$`);
}
