/** One attempt to deliver an event, as GitHub's delivery log keeps it. */
export interface Delivery {
  readonly id: number;
  /** Equal for all attempts at one event: the X-GitHub-Delivery header. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  /** Seconds until the answer. */
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly request: {
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: Readonly<Record<string, unknown>>;
  };
  readonly response: {
    readonly headers: Readonly<Record<string, string>>;
    readonly payload: string;
  };
}
