/** What the language has and this version cannot enforce yet. Refused by name: nothing is silently ignored. */

/** Kinds of later versions. */
export const laterKinds: Readonly<Record<string, string>> = {
  Endpoint: 'write the destination into each clause',
  GatewayGroup: 'remove it; every gateway that reads this folder carries all agents',
  PolicyTest: 'keep it outside the folder until a later version runs it',
};
