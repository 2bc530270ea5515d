/** Whether what was listed a moment ago is gone: somebody edits the folder while it is read. */
export function isVanished(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

/** A failed system call in words. */
export function whyNot(error: unknown): string {
  const code = codeOf(error);
  return words[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  ELOOP: 'its symbolic links go round in a circle',
  EISDIR: 'it is a folder',
};
