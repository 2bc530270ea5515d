/** Where things are found: for programs below `/api/v3` (as on GitHub Enterprise Server), for people at the root. */
export interface Links {
  readonly origin: string;
  readonly api: (path: string) => string;
  readonly html: (path: string) => string;
}

export function linksOf(origin: string): Links {
  return {
    origin,
    api: (path) => `${origin}/api/v3${path}`,
    html: (path) => `${origin}${path}`,
  };
}

/** A global id as GraphQL knows it: opaque, and stable for a thing. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}
