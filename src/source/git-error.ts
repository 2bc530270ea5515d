/** Git could not do what was asked of it; the message is one sentence for whoever asked. */
export class GitError extends Error {
  override readonly name = 'GitError';
}
