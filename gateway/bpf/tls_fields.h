/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How far a ClientHello has been read, and the field in it that counts: the server name (RFC 6066 section 3). */
#ifndef SP_TLS_FIELDS_H
#define SP_TLS_FIELDS_H

#define SP_TLS_HANDSHAKE 22
#define SP_TLS_MAJOR 3
#define SP_TLS_MAX_RECORD 16384
#define SP_TLS_CLIENT_HELLO 1
#define SP_TLS_SERVER_NAME 0 /* RFC 6066: both the extension and its only kind of name */
#define SP_TLS_VERSION_AND_RANDOM 34
/* Version, random, empty session id, one cipher suite, one compression method. */
#define SP_TLS_SHORTEST (SP_TLS_VERSION_AND_RANDOM + 1 + 4 + 2)

enum sp_record_stage {
	SP_RECORD_TYPE,
	SP_RECORD_MAJOR,
	SP_RECORD_MINOR,
	SP_RECORD_LENGTH_HIGH,
	SP_RECORD_LENGTH_LOW,
	SP_RECORD_BODY,
};

enum sp_hello_stage {
	SP_HELLO_TYPE,
	SP_HELLO_LENGTH,
	SP_HELLO_SESSION,
	SP_HELLO_CIPHERS,
	SP_HELLO_COMPRESSION,
	SP_HELLO_EXTENSIONS,
	SP_HELLO_EXTENSION,
	SP_HELLO_EXTENSION_LENGTH,
	SP_HELLO_NAMES,
	SP_HELLO_NAME_TYPE,
	SP_HELLO_NAME_LENGTH,
	SP_HELLO_NAME,
	SP_HELLO_END,
};

static __always_inline void malformed(struct sp_opening *o)
{
	o->fault = SP_REASON_TLS_MALFORMED;
}

static __always_inline void expect(struct sp_opening *o, enum sp_hello_stage stage, __u8 bytes)
{
	o->stage = stage;
	o->number = 0;
	o->missing = bytes;
}

/* A field's content is passed over; it lies within what is left. */
static __always_inline void pass_over(struct sp_opening *o, __u32 length, enum sp_hello_stage next,
				      __u8 bytes)
{
	if (length > o->hello_left) {
		malformed(o);
		return;
	}
	o->skip = length;
	expect(o, next, bytes);
}

/* Dots part labels, each of at most 63 bytes; letters are kept in lower case (rule K4). */
static __always_inline void read_server_name_byte(struct sp_opening *o, __u8 b)
{
	__u32 at = o->name_length & 0xff;

	if (b == '.') {
		if (!o->label_length)
			malformed(o);
		o->label_length = 0;
		o->labels++;
	} else {
		b = lower(b);
		if (!is_name_byte(b) || ++o->label_length > 63)
			malformed(o);
	}
	o->name[at] = b;
	o->name_length++;
	if (--o->name_left)
		return;
	if (!o->label_length)
		malformed(o);
	expect(o, SP_HELLO_EXTENSION, 2);
}

static __always_inline void begin_server_name(struct sp_opening *o, __u32 length)
{
	/* Nothing stands beside the one name. */
	if (length + 5 != o->extension_length || !length || length >= SP_MAX_NAME) {
		malformed(o);
		return;
	}
	o->name_left = length;
	o->name[0] = '.';
	o->name_length = 1;
	o->labels = 1;
	o->label_length = 0;
	expect(o, SP_HELLO_NAME, 0);
}

#endif
