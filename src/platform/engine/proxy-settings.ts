import process from 'node:process';
import * as vscode from 'vscode';

/**
 * The proxies that VS Code's settings name, as variables, for a process in which VS Code does not handle them; those of the
 * environment where a setting is empty.
 */
export function proxyVariables(): Readonly<Record<string, string | undefined>> {
  const http = vscode.workspace.getConfiguration('http');
  if (http.get<string>('proxySupport') === 'off') return {};
  const proxy = http.get<string>('proxy') ?? '';
  const spared = http.get<string[]>('noProxy') ?? [];
  return {
    ...process.env,
    ...(proxy === '' ? {} : { http_proxy: proxy, https_proxy: proxy }),
    ...(spared.length === 0 ? {} : { no_proxy: spared.join(',') }),
  };
}

/** Whether VS Code trusts the certificates of the system. */
export function usesSystemCertificates(): boolean {
  return vscode.workspace.getConfiguration('http').get<boolean>('systemCertificates') !== false;
}
