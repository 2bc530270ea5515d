export interface Page<Item> {
  readonly items: readonly Item[];
  /** The Link header; undefined where there is one page only. */
  readonly link: string | undefined;
}

const DEFAULT_PER_PAGE = 30;
const MOST_PER_PAGE = 100;

const positive = (text: string | null, otherwise: number) => {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
};

/** The page of a list that the query asks for: `page` from 1, `per_page` 30 and never more than 100. */
export function pageOf<Item>(list: readonly Item[], url: URL): Page<Item> {
  const size = Math.min(
    positive(url.searchParams.get('per_page'), DEFAULT_PER_PAGE),
    MOST_PER_PAGE,
  );
  const page = positive(url.searchParams.get('page'), 1);
  const last = Math.max(1, Math.ceil(list.length / size));
  const to = (number: number, relation: string) => {
    const target = new URL(url);
    target.searchParams.set('page', String(number));
    return `<${target}>; rel="${relation}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: list.slice((page - 1) * size, page * size),
    link: links.length > 0 ? links.join(', ') : undefined,
  };
}
