import { type KeyObject, verify } from 'node:crypto';
import { HttpError } from './http-error.ts';

const MOST_SECONDS_AHEAD = 600;
/** GitHub forgives clocks that differ a little. */
const LEEWAY_SECONDS = 60;

function decoded(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new HttpError(401, 'A JSON web token could not be decoded');
}

/**
 * Checks the JSON web token by which an app says who it is: signed with RS256 by the app's key, issued by the
 * app, and good for ten minutes at most.
 * @throws {HttpError} 401, in GitHub's words
 */
export function verifyJwt(
  token: string,
  issuers: readonly string[],
  key: KeyObject,
  now = Date.now() / 1000,
): void {
  const [head, body, signature] = token.split('.');
  const { alg } = decoded(head);
  const { iss, exp, iat } = decoded(body);
  const signed = Buffer.from(`${head}.${body}`);
  const authentic =
    alg === 'RS256' && verify('sha256', signed, key, Buffer.from(signature ?? '', 'base64url'));
  if (!authentic) throw new HttpError(401, 'A JSON web token could not be decoded');
  if (!issuers.includes(String(iss))) throw new HttpError(404, 'Integration not found');
  if (typeof exp !== 'number' || exp <= now)
    throw new HttpError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + MOST_SECONDS_AHEAD + LEEWAY_SECONDS)
    throw new HttpError(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + LEEWAY_SECONDS)
    throw new HttpError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
}
