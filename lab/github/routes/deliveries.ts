import { appRoute, notFound, type Request, type Route, type Site } from '../http/index.ts';
import type { Delivery } from '../webhooks/index.ts';

const DEFAULT_PER_PAGE = 30;
const MOST_PER_PAGE = 100;

const itemPayload = (delivery: Delivery) => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: delivery.deliveredAt,
  redelivery: delivery.redelivery,
  duration: Number(delivery.duration.toFixed(2)),
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.event,
  action: delivery.action,
  installation_id: delivery.installationId,
  repository_id: delivery.repositoryId,
  throttled_at: null,
});

function deliveryOf({ params }: Request, { deliverer }: Site): Delivery {
  const delivery = deliverer.find(Number(params.delivery_id));
  if (!delivery) throw notFound();
  return delivery;
}

/** The app's own log of deliveries: what it missed while it was away can be found and sent again. */
export const deliveryRoutes: readonly Route[] = [
  appRoute('GET /app/hook/deliveries', ({ query }, { deliverer, links }) => {
    const size = Math.min(Number(query.get('per_page')) || DEFAULT_PER_PAGE, MOST_PER_PAGE);
    const status = query.get('status');
    const cursor = query.get('cursor');
    const found = deliverer.log
      .toReversed()
      .filter((one) => status === null || (one.status === 'OK') === (status === 'success'));
    const start = cursor === null ? 0 : found.findIndex((one) => one.id < Number(cursor));
    const page = start < 0 ? [] : found.slice(start, start + size);
    const last = page.at(-1);
    const more = last !== undefined && last !== found.at(-1);
    const next = new URL(links.api('/app/hook/deliveries'));
    for (const [name, value] of query) next.searchParams.set(name, value);
    next.searchParams.set('cursor', String(last?.id));
    return {
      body: page.map(itemPayload),
      ...(more ? { headers: { link: `<${next}>; rel="next"` } } : {}),
    };
  }),

  appRoute('GET /app/hook/deliveries/{delivery_id}', (request, site) => {
    const delivery = deliveryOf(request, site);
    const { request: sent, response } = delivery;
    return { body: { ...itemPayload(delivery), url: site.deliverer.url, request: sent, response } };
  }),

  appRoute('POST /app/hook/deliveries/{delivery_id}/attempts', (request, site) => {
    const delivery = deliveryOf(request, site);
    // Accepted, and sent when it is: the answer does not wait for the app's.
    void site.deliverer.redeliver(delivery);
    return { status: 202, body: {} };
  }),
];
