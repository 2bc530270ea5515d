import type { Installation, World } from '../state/index.ts';
import { accountPayload } from './account.ts';
import { type Links, nodeId } from './links.ts';

export function appPayload(links: Links, { app }: World) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    client_id: app.clientId,
    owner: accountPayload(links, app.owner),
    name: app.slug,
    description: '',
    external_url: links.html(`/apps/${app.slug}`),
    html_url: links.html(`/apps/${app.slug}`),
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function installationPayload(links: Links, { app }: World, installation: Installation) {
  const { id, account, createdAt } = installation;
  return {
    id,
    account: accountPayload(links, account),
    repository_selection: 'selected',
    access_tokens_url: links.api(`/app/installations/${id}/access_tokens`),
    repositories_url: links.api('/installation/repositories'),
    html_url: links.html(`/settings/installations/${id}`),
    app_id: app.id,
    app_slug: app.slug,
    client_id: app.clientId,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events: app.events,
    created_at: createdAt,
    updated_at: createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}
