/** Names that stand for more than one segment of a path. */
const long = new Set(['path', 'ref', 'basehead']);

/**
 * Compiles a path of the OpenAPI description, such as `/repos/{owner}/{repo}/git/ref/{ref}`.
 * What it returns gives the decoded parameters of a path, or undefined where the path is another.
 */
export function pathPattern(
  template: string,
): (path: string) => Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template.replace(/\{(\w+)\}|[^{]+/g, (text, name: string | undefined) => {
    if (name === undefined) return text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    names.push(name);
    return name === 'path' ? '(.*)' : long.has(name) ? '(.+)' : '([^/]+)';
  });
  // An empty path may come without its slash.
  const expression = new RegExp(`^${pattern.replace('/(.*)', '(?:/(.*))?')}$`);
  return (path) => {
    const match = expression.exec(path);
    if (!match) return undefined;
    try {
      return Object.fromEntries(
        names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]),
      );
    } catch {
      return undefined;
    }
  };
}
