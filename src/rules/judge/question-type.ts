/** DNS record types by name (IANA registry, the ones that clients ask for). */
const codes: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  NULL: 10,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  DS: 43,
  RRSIG: 46,
  DNSKEY: 48,
  TLSA: 52,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  AXFR: 252,
  ANY: 255,
  CAA: 257,
};

/** Code of a record type on the wire, from its name or from the generic form `TYPE123` (RFC 3597); else undefined. */
export function questionTypeCode(type: string | number): number | undefined {
  if (typeof type === 'string') {
    if (Object.hasOwn(codes, type)) return codes[type];
    const generic = /^TYPE(0|[1-9]\d{0,4})$/.exec(type);
    return generic ? questionTypeCode(Number(generic[1])) : undefined;
  }
  return Number.isInteger(type) && type >= 0 && type <= 0xffff ? type : undefined;
}

/** Rule N2: types that any admitted name may be asked for. */
const ofAnyName = [codes.A, codes.AAAA, codes.CNAME, codes.SRV];
/** Rule N2: types whose answers carry free text or lead elsewhere; only for names that an allow spells out. */
const ofExactName = [codes.TXT, codes.MX];

export function mayAsk(type: string | number, isExactName: () => boolean): boolean {
  const code = questionTypeCode(type);
  return ofAnyName.includes(code) || (ofExactName.includes(code) && isExactName());
}
