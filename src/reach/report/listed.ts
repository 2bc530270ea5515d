/** `a, b and 3 more`: no more than so many items are named. */
export function listed(items: readonly string[], most: number): string {
  // Naming the last one takes no more room than saying that there is one more.
  if (items.length <= most + 1) return items.join(', ');
  return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
}
