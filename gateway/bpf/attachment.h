/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Where the programs stand. On an interface (tc) packets begin at their Ethernet header and are judged in softirqs; on
 * a cgroup (cgroup_skb, SP_SIDECAR) they begin at their IP header, and can neither be changed nor answered.
 */
#ifndef SP_ATTACHMENT_H
#define SP_ATTACHMENT_H

#ifdef SP_SIDECAR
#define SP_L3_OFFSET 0
#else
#define SP_L3_OFFSET ETH_HLEN
#endif

#endif
