import { InvalidArgumentError } from 'commander';

/** For options that take a number. @throws {InvalidArgumentError} for what is no whole number from 1 */
export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** For options that take a port. @throws {InvalidArgumentError} for what is no whole number from 1 to 65535 */
export function portNumber(text: string): number {
  const port = wholeNumber(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 1 to 65535.');
}
