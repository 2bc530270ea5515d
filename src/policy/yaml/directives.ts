import type { CST } from 'yaml';
import type { TokenFault } from './token-checks.ts';

/** `%YAML 1.2` says what holds anyhow; any other directive would change how the document reads. */
export function checkDirectives(directives: readonly CST.Directive[]): TokenFault[] {
  const faults: TokenFault[] = [];
  for (const { source, offset } of directives) {
    if (/^%YAML[ \t]+1\.2[ \t]*(?:#.*)?$/.test(source)) continue;
    const version = source.startsWith('%YAML');
    faults.push({
      name: version ? 'yamlVersion' : 'tag',
      offset,
      message: version
        ? `policies are YAML 1.2, not ${source}`
        : `the directive ${source} is refused`,
      remedy: 'remove the directive',
    });
    break;
  }
  return faults;
}
