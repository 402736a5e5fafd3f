/* Draining the log rings, for the partition that owns the UART: the console's lines, one after
 * another, each partition's texts in turn.
 *
 * The partition sees all rings and their writing sides read-only and owns the reading sides. It
 * is trusted with the order and completeness of the console, and with nothing else. Layouts are
 * those of septum_abi::state, the form of lines is that of septum_abi::console. */
#ifndef SEPTUM_RINGS_H
#define SEPTUM_RINGS_H

#include "septum.h"

#define SEPTUM_LOG_WRITERS (septum_places.log_writers)
#define SEPTUM_LOG_READERS (septum_places.log_readers)
#define SEPTUM_LOG_RINGS (septum_places.log_rings)

/* Most partitions. */
#define SEPTUM_PARTITIONS 64
/* From one row of the writing sides to the next, and the offset of the first. */
#define SEPTUM_WRITER_BYTES 24
#define SEPTUM_WRITERS_FIRST 8
/* Longest line, newline included: one FIFO load of the UART. */
#define SEPTUM_LINE_BYTES 16

/* Where the draining stands; begins as zeros. */
struct septum_rings {
    uint64_t partition;
    uint64_t sent; /* bytes of the current text that are already on the console */
};

/* A line on its way to the UART. */
struct septum_line {
    uint8_t bytes[SEPTUM_LINE_BYTES];
    size_t length;
};

static inline uint64_t septum_word(uint64_t address)
{
    return *(volatile uint64_t *)address;
}

static inline uint8_t septum_digit(uint8_t nibble)
{
    return "0123456789abcdef"[nibble & 15];
}

/* Appends a byte of a text as the console shows it; whether there was room for it. */
static inline int septum_push(struct septum_line *line, uint8_t byte)
{
    int plain = byte >= 0x20 && byte <= 0x7e && byte != '\\';
    size_t room = SEPTUM_LINE_BYTES - 1 - line->length;

    if (room < (plain ? 1 : 3))
        return 0;
    if (plain) {
        line->bytes[line->length++] = byte;
        return 1;
    }
    line->bytes[line->length++] = '\\';
    line->bytes[line->length++] = septum_digit(byte >> 4);
    line->bytes[line->length++] = septum_digit(byte);
    return 1;
}

/* The next line of one partition; 0: its ring is empty. */
static inline int septum_line_of(struct septum_rings *rings, uint64_t partition,
                                 struct septum_line *line)
{
    static const char speakers[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    uint64_t writer = SEPTUM_LOG_WRITERS + SEPTUM_WRITERS_FIRST + partition * SEPTUM_WRITER_BYTES;
    uint64_t reader = SEPTUM_LOG_READERS + partition * 8;
    uint64_t written = septum_word(writer), bytes = septum_word(writer + 8);
    uint64_t ring = SEPTUM_LOG_RINGS + septum_word(writer + 16);
    uint64_t read = septum_word(reader);
    uint64_t length;

    if (bytes == 0 || read == written)
        return 0;
    length = septum_word(ring + (read & (bytes - 1)));
    if (length > SEPTUM_LOG_MESSAGE_BYTES)
        length = SEPTUM_LOG_MESSAGE_BYTES;
    line->bytes[0] = (uint8_t)speakers[partition];
    line->bytes[1] = rings->sent == 0 ? '|' : '+';
    line->length = 2;
    for (; rings->sent < length; rings->sent++) {
        uint64_t at = (read + 8 + rings->sent) & (bytes - 1);
        if (!septum_push(line, *(volatile uint8_t *)(ring + at)))
            break;
    }
    line->bytes[line->length++] = '\n';
    if (rings->sent >= length) {
        rings->sent = 0;
        *(volatile uint64_t *)reader = read + 8 + ((length + 7) & ~(uint64_t)7);
    }
    return 1;
}

/* The next line, at most one FIFO load of the UART; 0: all rings are empty. */
static inline int septum_next_line(struct septum_rings *rings, struct septum_line *line)
{
    uint64_t count = septum_word(SEPTUM_LOG_WRITERS);

    if (count > SEPTUM_PARTITIONS)
        count = SEPTUM_PARTITIONS;
    for (uint64_t tried = 0; tried < count; tried++) {
        if (septum_line_of(rings, rings->partition, line))
            return 1;
        rings->partition = (rings->partition + 1) % count;
    }
    return 0;
}

#endif
