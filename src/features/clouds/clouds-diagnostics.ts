import * as vscode from 'vscode';
import type { CloudProblem } from '../../core/keystone/clouds/cloud-problem.ts';
import type { CloudConfiguration } from '../../core/keystone/clouds/configuration.ts';
import type { CloudsStore } from '../../state/clouds/clouds.ts';

const SEVERITIES: Readonly<Record<CloudProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Shows what is wrong with `clouds.yaml` at its line, in the Problems view too, as of when the Glance view last read it. */
export function registerCloudsDiagnostics({
  clouds,
}: {
  readonly clouds: CloudsStore;
}): readonly { dispose(): void }[] {
  const collection = vscode.languages.createDiagnosticCollection('glanceImages.clouds');
  const reading = clouds.onDidRead((configuration) => {
    collection.clear();
    if (configuration === undefined) return;
    for (const [file, problems] of byFile(configuration))
      collection.set(vscode.Uri.file(file), problems.map(diagnosticOf));
  });
  return [collection, reading];
}

function byFile({ clouds, problems }: CloudConfiguration): ReadonlyMap<string, readonly CloudProblem[]> {
  const all = [...problems, ...clouds.flatMap((cloud) => cloud.problems)].filter(({ line }) => line !== undefined);
  const files = Map.groupBy(all, ({ file }) => file ?? '');
  files.delete('');
  return files;
}

function diagnosticOf({ message, severity, code, line = 1, column = 1 }: CloudProblem): vscode.Diagnostic {
  const at = new vscode.Position(line - 1, column - 1);
  // VS Code underlines the word at an empty range.
  const diagnostic = new vscode.Diagnostic(new vscode.Range(at, at), message, SEVERITIES[severity]);
  diagnostic.source = 'glance';
  diagnostic.code = code;
  return diagnostic;
}
