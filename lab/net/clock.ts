/** Now, on the monotonic clock that all processes of a machine share, in milliseconds. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** From that clock to the wall's, as far as the two have not been set apart since; milliseconds. */
export function wallClock(monotonic: number): number {
  return Date.now() - monotonicNow() + monotonic;
}
