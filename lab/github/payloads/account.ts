import type { Account } from '../state/index.ts';
import { type Links, nodeId } from './links.ts';

export function accountPayload(links: Links, { id, login, type }: Account) {
  const url = links.api(`/users/${encodeURIComponent(login)}`);
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: links.html(`/avatars/u/${id}`),
    gravatar_id: '',
    url,
    html_url: links.html(`/${encodeURIComponent(login)}`),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    site_admin: false,
  };
}
