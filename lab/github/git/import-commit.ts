/** Path to new content; null removes the path. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface NewCommit {
  readonly branch: string;
  /** The parent; undefined starts a history. */
  readonly parent: string | undefined;
  readonly message: string;
  readonly author: Person;
  /** Seconds since 1970. */
  readonly time: number;
  readonly files: Files;
}

const data = (content: Uint8Array): readonly (string | Uint8Array)[] => [
  `data ${content.length}\n`,
  content,
  '\n',
];

const quoted = (path: string) =>
  `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** The stream for `git fast-import` that makes one commit on a branch. */
export function importStream({
  branch,
  parent,
  message,
  author,
  time,
  files,
}: NewCommit): Uint8Array {
  const identity = `${author.name} <${author.email}> ${time} +0000`;
  const parts: (string | Uint8Array)[] = [
    `commit refs/heads/${branch}\n`,
    `author ${identity}\ncommitter ${identity}\n`,
    ...data(Buffer.from(message)),
  ];
  if (parent !== undefined) parts.push(`from ${parent}\n`);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) parts.push(`D ${quoted(path)}\n`);
    else parts.push(`M 100644 inline ${quoted(path)}\n`, ...data(Buffer.from(content)));
  }
  parts.push('\ndone\n');
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}
