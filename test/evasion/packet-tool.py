# SPDX-License-Identifier: Apache-2.0
"""Puts scapy's packets on links and tells what arrives at their other ends.

Arguments: `NAME=NAMESPACE` for each host; each has one link, `eth0`. Standard input: one JSON object a line,
  {"from": HOST, "frames": [EXPRESSION, …], "names": {NAME: VALUE, …}, "mark": NUMBER,
   "fence": [HOST, EXPRESSION, HOST, EXPRESSION]}
Standard output: one for each,
  {"sent": NUMBER, "arrived": {HOST: [HEX, …], …}}
An expression is Python over scapy's layers; what has no Ethernet header gets one. The mark is the sender's SO_MARK. The fence is a packet that must
arrive at its second host and one that must come back: whatever was sent before has arrived by then, or never will.
"""
import ctypes
import json
import os
import select
import socket
import sys

# Not scapy.all: that also reads routes and interfaces, and takes three times as long.
from scapy.compat import raw
from scapy.layers.dns import *  # noqa: F403
from scapy.layers.inet import *  # noqa: F403
from scapy.layers.inet6 import *  # noqa: F403
from scapy.layers.l2 import *  # noqa: F403
from scapy.packet import Packet, Raw  # noqa: F401
from scapy.utils import checksum  # noqa: F401

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
PACKET_OUTGOING = 4
SO_RCVBUFFORCE = 33
DEADLINE_S = 5


def wire_name(text):
    return b"".join(bytes([len(label)]) + label for label in text.encode().split(b".")) + b"\0"


def question(name, kind=1, flags=0x0100, of=1, counts=(1, 0, 0, 0), tail=b""):
    """A DNS question as bytes, whatever scapy thinks of it; a name that is bytes is taken as it is."""
    name = name if isinstance(name, bytes) else wire_name(name)
    fields = (7, flags, *counts)
    header = b"".join(field.to_bytes(2, "big") for field in fields)
    return header + name + kind.to_bytes(2, "big") + of.to_bytes(2, "big") + tail


def counted(content, width=2):
    return len(content).to_bytes(width, "big") + content


def hello(*names, lists=1):
    """A ClientHello (RFC 8446 section 4.1.2) in one TLS record."""
    entries = b"".join(b"\0" + counted(name.encode()) for name in names)
    extensions = (b"\0\0" + counted(counted(entries))) * lists if names else b""
    body = b"\3\3" + b"r" * 32 + b"\0" + counted(b"\x13\1") + b"\1\0" + counted(extensions)
    return records(b"\1" + counted(body, 3))


def records(message, size=16384):
    parts = [message[at : at + size] for at in range(0, len(message), size)]
    return b"".join(b"\x16\3\1" + counted(part) for part in parts)


def stream(head, content, at=0, size=1400):
    """A client's bytes in segments, from the place that they have behind its SYN with number 1000."""
    segments = []
    for begin in range(0, len(content), size):
        segment = head / content[begin : begin + size]
        segment[TCP].seq = 1001 + at + begin
        segments.append(segment)
    return segments


def flood(packet, count):
    """One packet from as many TCP ports, checksums as they were."""
    frame = raw(Ether(src=hosts["alpha"].mac, dst=hosts["alpha"].gateway_mac) / packet)
    return [frame[:34] + port.to_bytes(2, "big") + frame[36:] for port in range(1, count + 1)]


class Host:
    """One link's end. MAC addresses are those of the gateway's range.ts."""

    def __init__(self, number, namespace):
        self.mac = f"02:00:00:00:{number:02x}:02"
        self.gateway_mac = f"02:00:00:00:{number:02x}:01"
        with open(f"/run/netns/{namespace}") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        self.socket.bind(("eth0", ETH_P_ALL))

    def frame(self, packet):
        if isinstance(packet, bytes):
            return packet
        if not isinstance(packet, (Ether, Dot3)):
            packet = Ether(src=self.mac, dst=self.gateway_mac) / packet
        return raw(packet)

    def received(self):
        while True:
            try:
                frame, (_, _, kind, _, _) = self.socket.recvfrom(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            if kind != PACKET_OUTGOING:
                yield frame


hosts = {}
for number, argument in enumerate(sys.argv[1:]):
    name, namespace = argument.split("=")
    hosts[name] = Host(number, namespace)
# One CPU handles a packet on all of its way: the fence cannot overtake it.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def collect(arrived):
    for name, host in hosts.items():
        arrived[name].extend(host.received())


def wait_for(host, fence, arrived):
    while fence not in [frame[14:] for frame in arrived[host]]:
        if not select.select([each.socket for each in hosts.values()], [], [], DEADLINE_S)[0]:
            raise TimeoutError(f"the fence did not reach {host}")
        collect(arrived)


def passed_on(packet, hops):
    """The packet as it arrives: the gateway is a router."""
    copy = packet.copy()
    copy.ttl -= hops
    return raw(copy)


for line in sys.stdin:
    order = json.loads(line)
    scope = {**globals(), **order["names"]}
    arrived = {name: [] for name in hosts}
    sender = hosts[order["from"]]
    sent = 0
    sender.socket.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, order["mark"].to_bytes(4, sys.byteorder))
    for expression in order["frames"]:
        value = eval(expression, scope)
        for packet in value if isinstance(value, list) else [value]:
            sender.socket.send(sender.frame(packet))
            sent += 1
    near, out, far, back = order["fence"]
    fences = []
    for here, there, expression in ((near, far, out), (far, near, back)):
        packet = eval(expression, scope)
        hosts[here].socket.send(hosts[here].frame(packet))
        fence = passed_on(packet, 1)
        wait_for(there, fence, arrived)
        fences.append(fence)
    told = {
        name: [frame.hex() for frame in frames if frame[14:] not in fences]
        for name, frames in arrived.items()
    }
    print(json.dumps({"sent": sent, "arrived": told}), flush=True)
