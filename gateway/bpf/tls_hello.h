/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A ClientHello (RFC 8446 section 4.1.2) out of TLS records (section 5.1), byte by byte: it may be cut anywhere, into
 * records as into segments. What does not begin like one is no TLS; what begins like one and goes wrong is malformed.
 */
#ifndef SP_TLS_HELLO_H
#define SP_TLS_HELLO_H

/* What a bpf_loop over bytes of a part is handed. */
struct sp_hello_loop {
	struct sp_opening *opening;
	struct sp_hello_part *part;
	__u32 at;
	__u32 until;
};

static __always_inline void read_record_byte(struct sp_opening *o, __u8 b)
{
	int is_first = o->stage == SP_HELLO_TYPE;

	switch (o->record_stage) {
	case SP_RECORD_TYPE:
	case SP_RECORD_MAJOR:
		if (b != (o->record_stage == SP_RECORD_TYPE ? SP_TLS_HANDSHAKE : SP_TLS_MAJOR))
			o->fault = is_first ? SP_REASON_TLS_MISSING : SP_REASON_TLS_MALFORMED;
		break;
	case SP_RECORD_LENGTH_HIGH:
		o->record_left = (__u32)b << 8;
		break;
	case SP_RECORD_LENGTH_LOW:
		o->record_left |= b;
		if (!o->record_left || o->record_left > SP_TLS_MAX_RECORD)
			malformed(o);
		break;
	}
	o->record_stage++;
}

static __always_inline void begin_extension(struct sp_opening *o, __u32 length)
{
	if (o->extension != SP_TLS_SERVER_NAME) {
		pass_over(o, length, SP_HELLO_EXTENSION, 2);
		return;
	}
	if (o->has_name || length > o->hello_left)
		malformed(o);
	o->has_name = 1;
	o->extension_length = length;
	expect(o, SP_HELLO_NAMES, 2);
}

/* A number is complete: a length, mostly, or a type. */
static __always_inline void read_number(struct sp_opening *o)
{
	__u32 number = o->number;

	switch (o->stage) {
	case SP_HELLO_TYPE:
		if (number != SP_TLS_CLIENT_HELLO)
			o->fault = SP_REASON_TLS_MISSING;
		expect(o, SP_HELLO_LENGTH, 3);
		break;
	case SP_HELLO_LENGTH:
		if (number < SP_TLS_SHORTEST || number > SP_MAX_HELLO)
			malformed(o);
		o->hello_left = number;
		pass_over(o, SP_TLS_VERSION_AND_RANDOM, SP_HELLO_SESSION, 1);
		break;
	case SP_HELLO_SESSION:
		if (number > 32)
			malformed(o);
		pass_over(o, number, SP_HELLO_CIPHERS, 2);
		break;
	case SP_HELLO_CIPHERS:
		if (!number || number & 1)
			malformed(o);
		pass_over(o, number, SP_HELLO_COMPRESSION, 1);
		break;
	case SP_HELLO_COMPRESSION:
		if (!number)
			malformed(o);
		if (number == o->hello_left)
			pass_over(o, number, SP_HELLO_END, 0);
		else
			pass_over(o, number, SP_HELLO_EXTENSIONS, 2);
		break;
	case SP_HELLO_EXTENSIONS:
		if (number != o->hello_left)
			malformed(o);
		expect(o, SP_HELLO_EXTENSION, 2);
		break;
	case SP_HELLO_EXTENSION:
		o->extension = number;
		expect(o, SP_HELLO_EXTENSION_LENGTH, 2);
		break;
	case SP_HELLO_EXTENSION_LENGTH:
		begin_extension(o, number);
		break;
	case SP_HELLO_NAMES:
		if (number + 2 != o->extension_length)
			malformed(o);
		expect(o, SP_HELLO_NAME_TYPE, 1);
		break;
	case SP_HELLO_NAME_TYPE:
		if (number != SP_TLS_SERVER_NAME)
			malformed(o);
		expect(o, SP_HELLO_NAME_LENGTH, 2);
		break;
	case SP_HELLO_NAME_LENGTH:
		begin_server_name(o, number);
		break;
	}
}

/* The ClientHello is over: between two fields, and with its record. */
static __always_inline void end_hello(struct sp_opening *o)
{
	int between = o->stage == SP_HELLO_END || (o->stage == SP_HELLO_EXTENSION && o->missing == 2);

	if (!between || o->record_left)
		malformed(o);
	o->stage = SP_HELLO_END;
}

static __always_inline void read_handshake_byte(struct sp_opening *o, __u8 b)
{
	if (o->stage == SP_HELLO_NAME) {
		read_server_name_byte(o, b);
		return;
	}
	o->number = o->number << 8 | b;
	if (o->missing)
		o->missing--;
	if (!o->missing)
		read_number(o);
}

static __always_inline __u32 least(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

/*
 * Reads one byte, or of a field that is passed over as many as are here. How many; 0 when nothing is to be read any
 * more. Not static: the verifier looks at it once, and not again for each state that a loop over bytes can be in.
 */
__noinline int advance_hello(struct sp_opening *o, __u32 byte, __u32 available)
{
	__u32 in_hello, skipping, passed = 1;

	if (!o || o->fault)
		return 0;
	in_hello = o->stage > SP_HELLO_LENGTH;
	skipping = o->skip;
	if (in_hello && !o->hello_left)
		return 0;
	if (o->record_stage != SP_RECORD_BODY) {
		read_record_byte(o, byte);
		return 1;
	}
	if (skipping)
		passed = least(least(skipping, o->record_left), available);
	o->record_left -= passed;
	if (!o->record_left)
		o->record_stage = SP_RECORD_TYPE;
	if (in_hello)
		o->hello_left -= passed;
	if (skipping)
		o->skip = skipping - passed;
	else
		read_handshake_byte(o, byte);
	if (in_hello && !o->hello_left && !o->fault)
		end_hello(o);
	return passed;
}

static long read_hello(__u32 i, struct sp_hello_loop *loop)
{
	__u64 at = loop->at;
	__u32 passed;

	if (loop->at >= loop->until)
		return 1;
	at &= 2 * SP_HELLO_PART - 1;
	asm volatile("" : "+r"(at));
	passed = advance_hello(loop->opening, loop->part->bytes[at], loop->until - loop->at);
	loop->at += passed;
	return !passed;
}

/* Whether all of it has been read. */
static __always_inline int is_complete(struct sp_opening *o)
{
	return o->stage == SP_HELLO_END && !o->hello_left && !o->fault;
}

#endif
