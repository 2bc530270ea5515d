/** What a writer of segments tells its owner, for the log. */
export type WriterNotice =
  /** Writing has failed; records wait in memory and it is tried again. */
  | { readonly event: 'recording-failed'; readonly code: string | null; readonly message: string }
  | { readonly event: 'recording-resumed'; readonly message: string }
  /** Records were not kept: how many since this was last told. */
  | { readonly event: 'recording-dropped'; readonly dropped: number; readonly message: string }
  /** The oldest segments made room for new ones. */
  | { readonly event: 'recording-trimmed'; readonly segments: number; readonly message: string };
