import { InvalidArgumentError } from 'commander';

/** A name of a gateway or a group: it becomes part of paths and addresses. */
export function nameOption(value: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw new InvalidArgumentError('use letters a–z, digits, and hyphens between them');
}
