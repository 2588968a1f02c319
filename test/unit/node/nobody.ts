const NOBODY = 65534;

/** Runs a task as a user whom the modes of files bind: where the tests run as root, they bind nobody else. */
export async function asNobody<T>(task: () => Promise<T>): Promise<T> {
  const before = process.geteuid?.();
  if (before !== 0) return task();
  process.seteuid?.(NOBODY);
  try {
    return await task();
  } finally {
    process.seteuid?.(before);
  }
}
