/** Where the engine writes what it does. Nothing that is passed here may hold a secret. The shape is that of VS Code's `LogOutputChannel`. */
export interface Log {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
