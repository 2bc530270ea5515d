/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Clauses by host: those of the names that the agent has learned, and those of the server name. */
#ifndef SP_MATCH_NAMES_H
#define SP_MATCH_NAMES_H

/* What the longest suffix of a name says, at 0, 1 or 2 (more) labels beyond it. */
static __always_inline struct sp_suffix *find_suffix(struct sp_context *c, struct sp_suffix_key *key,
						     __u32 length, __u32 labels, __u32 *beyond)
{
	struct sp_suffix *suffix;

	key->prefix_length = 32 + 8 * length;
	key->ruleset = c->ruleset;
	suffix = bpf_map_lookup_elem(&sp_suffixes, key);
	if (!suffix || labels < suffix->labels)
		return 0;
	*beyond = labels - suffix->labels;
	if (*beyond > 2)
		*beyond = 2;
	return suffix;
}

/* How much of a learned name the server name shares, from the last label on: both are kept reversed. */
static __noinline int compare_with_sni(struct sp_context *c, struct sp_name *name)
{
	struct sp_name_key key = { .agent = c->agent, .id = c->sni };
	struct sp_name *sni = bpf_map_lookup_elem(&sp_names, &key);
	const __u32 *a, *b;

	c->sni_shared = c->sni_labels = 0;
	if (!sni || !name)
		return 0;
	a = (const void *)sni->text;
	b = (const void *)name->text;
	for (__u32 i = 0; i < SP_MAX_NAME / 4; i++) {
		__u32 differ = a[i] ^ b[i];

		if (differ) {
			c->sni_shared += !(differ & 0xff) + !(differ & 0xffff) + !(differ & 0xffffff);
			break;
		}
		c->sni_shared += 4;
	}
	c->sni_labels = sni->labels;
	return 0;
}

static __always_inline int scan_name(struct sp_context *c, __u64 id)
{
	struct sp_name_key key = { .agent = c->agent, .id = id };
	struct sp_name *name = bpf_map_lookup_elem(&sp_names, &key);
	struct sp_suffix *suffix;
	__u32 beyond = 0;

	if (!name)
		return 0;
	if (c->sni && c->hello == SP_HELLO_READ)
		compare_with_sni(c, name);
	__builtin_memcpy(c->suffix_key.name, name->text, SP_MAX_NAME);
	suffix = find_suffix(c, &c->suffix_key, name->length, name->labels, &beyond);
	if (!suffix)
		return 0;
	return scan_list(c, suffix->list[beyond & 3 ? (beyond == 1 ? 1 : 2) : 0]);
}

static __always_inline void scan_names(struct sp_context *c)
{
	for (__u32 i = 0; i < SP_NAMES_PER_ADDRESS; i++) {
		if (i >= c->name_count)
			break;
		scan_name(c, c->names[i]);
	}
}

/* A deny by host matches the server name too (rule D3); while there is none, some clause may match it yet. */
static __always_inline void scan_server_name(struct sp_context *c)
{
	if (c->hello == SP_HELLO_READ) {
		c->by_server_name = 1;
		if (c->sni)
			scan_name(c, c->sni);
		c->by_server_name = 0;
	} else if (c->hello == SP_HELLO_REQUIRED) {
		c->only_ranks = 1;
		scan_list(c, c->named_denies);
		c->only_ranks = 0;
	}
}

#endif
