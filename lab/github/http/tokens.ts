import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import type { Installation, Permissions, World } from '../state/index.ts';
import { HttpError } from './http-error.ts';
import type { Caller } from './route.ts';
import { verifyJwt } from './verify-jwt.ts';

interface Grant {
  readonly installation: Installation;
  readonly permissions: Permissions;
  readonly repositories: ReadonlySet<number> | undefined;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** The tokens that were given to installations, and who comes with which. */
export class Tokens {
  readonly #world: World;
  readonly #key: KeyObject;
  readonly #lifetime: number;
  readonly #grants = new Map<string, Grant>();

  /** @param lifetime milliseconds that a token is good for */
  constructor(world: World, lifetime: number) {
    this.#world = world;
    this.#key = createPublicKey(world.app.publicKeyPem);
    this.#lifetime = lifetime;
  }

  give(
    installation: Installation,
    permissions: Permissions,
    repositories?: ReadonlySet<number>,
  ): { readonly token: string; readonly expires: number } {
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    const expires = Date.now() + this.#lifetime;
    this.#grants.set(token, { installation, permissions, repositories, expires });
    return { token, expires };
  }

  /** Ends all tokens, as GitHub does when an installation is suspended or a key is deleted. */
  revoke(): void {
    this.#grants.clear();
  }

  /** @throws {HttpError} 401 */
  caller(authorization: string | undefined): Caller {
    const [scheme = '', token = ''] = (authorization ?? '').split(' ');
    if (!authorization) return { kind: 'nobody' };
    if (!/^(token|bearer)$/i.test(scheme)) throw new HttpError(401, 'Bad credentials');
    if (token.split('.').length === 3) {
      const { id, clientId } = this.#world.app;
      verifyJwt(token, [String(id), clientId], this.#key);
      return { kind: 'app' };
    }
    const grant = this.#grants.get(token);
    if (!grant || grant.expires <= Date.now()) throw new HttpError(401, 'Bad credentials');
    return { kind: 'installation', ...grant };
  }
}
