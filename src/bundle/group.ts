const groupPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The TUF target path of a group's rules. */
export function targetPathOf(group: string): string {
  return `bundles/${checkGroup(group)}/rules.json.zst`;
}

/** @throws {Error} unless the name can be part of a path and a URL as it is (a DNS label). */
export function checkGroup(group: string): string {
  if (groupPattern.test(group)) return group;
  throw new Error(
    `${JSON.stringify(group)} is no name for a gateway group: use 1 to 63 of a-z, 0-9 and "-", with no "-" at the ends`,
  );
}
