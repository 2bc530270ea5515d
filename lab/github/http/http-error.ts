/** Why GitHub refuses a request, as it says it. */
export class HttpError extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    {
      errors,
      headers = {},
    }: { errors?: readonly unknown[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

export const notFound = () => new HttpError(404, 'Not Found');

/** A body that means nothing: GitHub's answer 422 with a list of what is wrong. */
export const invalid = (errors: readonly unknown[], message = 'Validation Failed') =>
  new HttpError(422, message, { errors });
