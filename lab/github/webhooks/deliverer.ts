import { createHmac, randomUUID } from 'node:crypto';
import { checkDelivery } from '../schemas/index.ts';
import type { World } from '../state/index.ts';
import { timestamp } from '../state/index.ts';
import type { Delivery } from './delivery.ts';
import { post } from './post.ts';

export interface Receiver {
  readonly url: string;
  readonly secret: string;
}

export interface Event {
  readonly event: string;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Larger payloads GitHub does not deliver at all. */
const MOST_BYTES = 25 * 1024 * 1024;

/** As the description names it: the event with its action. */
function nameOf({ event, payload }: Event): string {
  const action = typeof payload.action === 'string' ? [payload.action] : [];
  return [event, ...action].join('-').replaceAll('_', '-');
}

/** Delivers events to the app's webhook and keeps the log. Every event is tried once: GitHub never tries again by itself. */
export class Deliverer {
  readonly #world: World;
  readonly #host: string;
  #receiver: Receiver;
  readonly #log: Delivery[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  #held: { readonly event: Event; readonly guid: string }[] | undefined;

  constructor(world: World, host: string, receiver: Receiver) {
    this.#world = world;
    this.#host = host;
    this.#receiver = receiver;
  }

  /** Where events go. */
  get url(): string {
    return this.#receiver.url;
  }

  /** Events go elsewhere from now on, or are signed with another secret. */
  redirect(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  /**
   * Sends without waiting for the answer; two events may overtake each other, as on GitHub.
   * @throws {Error} when the payload is not as GitHub describes it: a fault of the local GitHub
   */
  send(event: Event): void {
    const faults = checkDelivery(nameOf(event), event.payload);
    if (faults.length > 0)
      throw new Error(`${nameOf(event)} is not as described: ${faults.join('; ')}`);
    if (Buffer.byteLength(JSON.stringify(event.payload)) > MOST_BYTES) return;
    const guid = randomUUID();
    if (this.#held) this.#held.push({ event, guid });
    else this.#start(event, guid, false);
  }

  /** Keeps events back until they are released. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was kept back one after the other, in the order of the events or reversed. */
  async release(order: 'in order' | 'reversed' = 'in order'): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { event, guid } of order === 'reversed' ? held.toReversed() : held)
      await this.#start(event, guid, false);
  }

  /** Attempts that are answered (or failed), oldest first. */
  get log(): readonly Delivery[] {
    return this.#log;
  }

  find(id: number): Delivery | undefined {
    return this.#log.find((delivery) => delivery.id === id);
  }

  /** Sends an event again with the same X-GitHub-Delivery. */
  async redeliver({
    event,
    guid,
    installationId,
    repositoryId,
    request,
  }: Delivery): Promise<Delivery> {
    const { payload } = request;
    return await this.#start({ event, installationId, repositoryId, payload }, guid, true);
  }

  /** When nothing is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    this.#held = [];
    this.#closing.abort();
    await this.settled();
  }

  #start(event: Event, guid: string, redelivery: boolean): Promise<Delivery> {
    const attempt = this.#attempt(event, guid, redelivery);
    this.#underWay.add(attempt);
    attempt.finally(() => this.#underWay.delete(attempt));
    return attempt;
  }

  async #attempt(
    { event, payload, ...about }: Event,
    guid: string,
    redelivery: boolean,
  ): Promise<Delivery> {
    const id = this.#world.nextId();
    const { app } = this.#world;
    const body = Buffer.from(JSON.stringify(payload));
    const signed = (hash: string) =>
      `${hash}=${createHmac(hash, this.#receiver.secret).update(body).digest('hex')}`;
    const headers = {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/1ocal01',
      'x-github-delivery': guid,
      'x-github-enterprise-host': this.#host,
      'x-github-event': event,
      'x-github-hook-id': String(app.id),
      'x-github-hook-installation-target-id': String(app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature': signed('sha1'),
      'x-hub-signature-256': signed('sha256'),
    };
    const deliveredAt = timestamp();
    const started = performance.now();
    const answer = await post(this.#receiver.url, headers, body, this.#closing.signal);
    const delivery: Delivery = {
      id,
      guid,
      event,
      action: typeof payload.action === 'string' ? payload.action : null,
      ...about,
      deliveredAt,
      redelivery,
      duration: (performance.now() - started) / 1000,
      status: answer.status,
      statusCode: answer.statusCode,
      request: { headers, payload },
      response: { headers: answer.headers, payload: answer.payload },
    };
    this.#log.push(delivery);
    return delivery;
  }
}
