/** Bounds on what is read (rule F2) and told. */
export const limits = {
  /** Bytes of a file. */
  fileBytes: 1024 * 1024,
  /** Collections within collections, after aliases are expanded. */
  nesting: 32,
  /** Alias expansions in a document, those inside an expanded alias included. */
  aliases: 100,
  /** Problems that are listed of a file. */
  problems: 100,
} as const;
