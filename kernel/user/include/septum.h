/* What a partition's program in C includes: system calls, and ports and
 * shared memories bound by name.
 *
 * Messages can be read and written where they lie, in the port's buffer (septum_buffer), or be
 * copied. Numbers, statuses and layouts are those of the crate septum-abi; a test compares
 * them. Build with
 *   riscv64-unknown-elf-gcc -march=rv64imac -mabi=lp64 -mcmodel=medany -O2 -ffreestanding
 *     -nostdlib -static -Wl,--emit-relocs -Wl,-T,partition.ld start.S program.c
 */
#ifndef SEPTUM_H
#define SEPTUM_H

#include <stddef.h>
#include <stdint.h>

#define SEPTUM_ABI_VERSION 2

/* System calls: number in a7. */
enum septum_call {
    SEPTUM_WAIT = 0,
    SEPTUM_SEND = 1,
    SEPTUM_RECEIVE = 2,
    SEPTUM_EXCHANGE = 3,
    SEPTUM_SIGNAL = 4,
    SEPTUM_ACKNOWLEDGE = 5,
    SEPTUM_NOW = 6,
    SEPTUM_LOG = 7,
    SEPTUM_RAISE = 8,
    SEPTUM_EXIT = 9,
};

/* What a call came to. */
typedef enum {
    SEPTUM_OK = 0,
    SEPTUM_FULL = 1,        /* no room; nothing was written */
    SEPTUM_EMPTY = 2,       /* nothing came until the deadline */
    SEPTUM_BAD_PORT = 3,    /* no such port, or not one for this call */
    SEPTUM_BAD_LENGTH = 4,  /* longer than the channel's messages, or than a log text */
    SEPTUM_DENIED = 5,      /* the design does not give the partition the clock */
    SEPTUM_NOT_PENDING = 6, /* there is no interrupt to acknowledge */
    SEPTUM_STALE = 7,       /* read, but older than the sampling channel's validity */
    SEPTUM_BAD_PARTITION = 8, /* there is no such partition */
} septum_status;

/* Deadlines are absolute ticks of mtime. */
#define SEPTUM_POLL ((uint64_t)0)
#define SEPTUM_NEVER (~(uint64_t)0)

/* Where the partition's memory lies; in start.S, filled in by the designer. */
struct septum_places {
    uint16_t abi_version;
    uint8_t reserved[6];
    uint64_t log_buffer;
    uint64_t model;
    uint64_t log_writers;
    uint64_t log_readers;
    uint64_t log_rings;
    uint64_t faults;
};
_Static_assert(sizeof(struct septum_places) == 56, "the section .septum.places");
extern const volatile struct septum_places septum_places;

#define SEPTUM_LOG_BUFFER ((volatile uint8_t *)septum_places.log_buffer)
#define SEPTUM_LOG_MESSAGE_BYTES 256

/* One entry of the section .septum.ports. The designer fills in index and buffer after
 * compilation, so both are volatile. */
struct septum_port {
    char name[32];
    uint8_t kind;
    uint8_t direction;
    uint16_t abi_version;
    uint32_t message_bytes;
    volatile uint32_t index;
    uint32_t reserved;
    volatile uint64_t buffer;
};
_Static_assert(sizeof(struct septum_port) == 56, "an entry of .septum.ports");
_Static_assert(offsetof(struct septum_port, index) == 40, "filled in by the designer");
_Static_assert(offsetof(struct septum_port, buffer) == 48, "filled in by the designer");

#define SEPTUM_PORT(variable, port_name, port_kind, port_direction, port_bytes)                 \
    static const struct septum_port variable                                                    \
        __attribute__((section(".septum.ports"), used)) = {                                     \
            .name = port_name, .kind = port_kind, .direction = port_direction,                  \
            .abi_version = SEPTUM_ABI_VERSION, .message_bytes = port_bytes, .index = ~0u}

/* Declarations of ports, at file scope: variable, name in the design, largest message or value
 * in bytes. */
#define SEPTUM_QUEUING_IN(variable, name, bytes) SEPTUM_PORT(variable, name, 1, 1, bytes)
#define SEPTUM_QUEUING_OUT(variable, name, bytes) SEPTUM_PORT(variable, name, 1, 2, bytes)
#define SEPTUM_SIGNAL_IN(variable, name) SEPTUM_PORT(variable, name, 2, 1, 0)
#define SEPTUM_SIGNAL_OUT(variable, name) SEPTUM_PORT(variable, name, 2, 2, 0)
#define SEPTUM_INTERRUPT(variable, name) SEPTUM_PORT(variable, name, 3, 1, 0)
#define SEPTUM_SAMPLING_IN(variable, name, bytes) SEPTUM_PORT(variable, name, 4, 1, bytes)
#define SEPTUM_SAMPLING_OUT(variable, name, bytes) SEPTUM_PORT(variable, name, 4, 2, bytes)
/* Shared memories: bytes that the program needs of one. IN reads, OUT reads and writes. */
#define SEPTUM_MEMORY_IN(variable, name, bytes) SEPTUM_PORT(variable, name, 5, 1, bytes)
#define SEPTUM_MEMORY_OUT(variable, name, bytes) SEPTUM_PORT(variable, name, 5, 2, bytes)

/* One system call: the status; the value in *value. */
static inline septum_status septum_call(enum septum_call number, uint64_t first, uint64_t second,
                                        uint64_t *value)
{
    register uint64_t a0 __asm__("a0") = first;
    register uint64_t a1 __asm__("a1") = second;
    register uint64_t a7 __asm__("a7") = number;
    __asm__ volatile("ecall"
                     : "+r"(a0), "+r"(a1), "+r"(a7)
                     :
                     : "ra", "a2", "a3", "a4", "a5", "a6", "t0", "t1", "t2", "t3", "t4", "t5",
                       "t6", "memory");
    *value = a1;
    return (septum_status)a0;
}

/* The port's bit in a mask. */
static inline uint64_t septum_bit(const struct septum_port *port)
{
    return (uint64_t)1 << (port->index & 63);
}

/* Waits until a port of `mask` has something; *pending says which. */
static inline septum_status septum_wait(uint64_t mask, uint64_t deadline, uint64_t *pending)
{
    return septum_call(SEPTUM_WAIT, mask, deadline, pending);
}

/* The port's buffer: the place of the next message, or of the one that came last. It is
 * overwritten by the next call on the port alone. */
static inline uint8_t *septum_buffer(const struct septum_port *port)
{
    return (uint8_t *)port->buffer;
}

/* The first byte of a shared memory, which other partitions read or write at any time. What was
 * declared to be read only must not be written: that is a fault. */
static inline volatile uint8_t *septum_memory(const struct septum_port *memory)
{
    return (volatile uint8_t *)memory->buffer;
}

static inline void septum_copy(void *to, const void *from, size_t length)
{
    for (size_t i = 0; i < length; i++)
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
}

/* Sends the first bytes of the buffer; never waits. */
static inline septum_status septum_send_buffer(const struct septum_port *port, size_t length)
{
    uint64_t value;
    return septum_call(SEPTUM_SEND, port->index, length, &value);
}

/* Copies a message to the buffer and sends it; never waits. */
static inline septum_status septum_send(const struct septum_port *port, const void *message,
                                        size_t length)
{
    if (length > port->message_bytes)
        return SEPTUM_BAD_LENGTH;
    septum_copy(septum_buffer(port), message, length);
    return septum_send_buffer(port, length);
}

/* Receives a message into the buffer. */
static inline septum_status septum_receive_buffer(const struct septum_port *port,
                                                  uint64_t deadline, size_t *length)
{
    uint64_t value;
    septum_status status = septum_call(SEPTUM_RECEIVE, port->index, deadline, &value);
    if (status == SEPTUM_OK)
        *length = value;
    return status;
}

/* Receives a message and copies it. SEPTUM_BAD_LENGTH: it is longer (*length) than `room`;
 * nothing was copied, but it is in the buffer until the next call on the port. */
static inline septum_status septum_receive(const struct septum_port *port, void *message,
                                           size_t room, uint64_t deadline, size_t *length)
{
    septum_status status = septum_receive_buffer(port, deadline, length);
    if (status != SEPTUM_OK)
        return status;
    if (*length > room)
        return SEPTUM_BAD_LENGTH;
    septum_copy(message, septum_buffer(port), *length);
    return SEPTUM_OK;
}

/* Sends the first bytes of a buffer, then receives into another port's, in one call. When the
 * send fails, its status comes back and nothing is received. */
static inline septum_status septum_exchange_buffer(const struct septum_port *out, size_t length,
                                                   const struct septum_port *in,
                                                   uint64_t deadline, size_t *received)
{
    register uint64_t a0 __asm__("a0") = out->index;
    register uint64_t a1 __asm__("a1") = length;
    register uint64_t a2 __asm__("a2") = in->index;
    register uint64_t a3 __asm__("a3") = deadline;
    register uint64_t a7 __asm__("a7") = SEPTUM_EXCHANGE;
    __asm__ volatile("ecall"
                     : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a7)
                     :
                     : "ra", "a4", "a5", "a6", "t0", "t1", "t2", "t3", "t4", "t5", "t6",
                       "memory");
    if (a0 == SEPTUM_OK)
        *received = a1;
    return (septum_status)a0;
}

/* Makes the first bytes of the buffer the sampling channel's value; never waits. */
static inline septum_status septum_write_buffer(const struct septum_port *port, size_t length)
{
    return septum_send_buffer(port, length);
}

/* Copies a value to the buffer and makes it the sampling channel's; never waits. */
static inline septum_status septum_write(const struct septum_port *port, const void *value,
                                         size_t length)
{
    return septum_send(port, value, length);
}

/* Reads the sampling channel's last value into the buffer; never waits. SEPTUM_OK: valid,
 * SEPTUM_STALE: there, but older than the validity, SEPTUM_EMPTY: never written. */
static inline septum_status septum_read_buffer(const struct septum_port *port, size_t *length)
{
    uint64_t value;
    septum_status status = septum_call(SEPTUM_RECEIVE, port->index, SEPTUM_POLL, &value);
    if (status == SEPTUM_OK || status == SEPTUM_STALE)
        *length = value;
    return status;
}

/* Sets the receiver's bit. */
static inline septum_status septum_signal(const struct septum_port *port)
{
    uint64_t value;
    return septum_call(SEPTUM_SIGNAL, port->index, 0, &value);
}

/* The device has been served; its interrupt may come again. */
static inline septum_status septum_acknowledge(const struct septum_port *port)
{
    uint64_t value;
    return septum_call(SEPTUM_ACKNOWLEDGE, port->index, 0, &value);
}

/* The clock in ticks of mtime. */
static inline septum_status septum_now(uint64_t *ticks)
{
    return septum_call(SEPTUM_NOW, 0, 0, ticks);
}

/* Writes a text to the log; never waits. */
static inline septum_status septum_log(const void *text, size_t length)
{
    uint64_t value;
    if (length > SEPTUM_LOG_MESSAGE_BYTES)
        return SEPTUM_BAD_LENGTH;
    for (size_t i = 0; i < length; i++)
        SEPTUM_LOG_BUFFER[i] = ((const uint8_t *)text)[i];
    return septum_call(SEPTUM_LOG, length, 0, &value);
}

/* Raises an application error with a code of the program's own, below 2^63: from there on codes
 * are panics in Rust. The design says what becomes of it; it comes back only where the design
 * says that the error is ignored. */
static inline void septum_raise(uint64_t code)
{
    uint64_t value;
    septum_call(SEPTUM_RAISE, code, 0, &value);
}

/* Ends the program; the partition never runs again. */
static inline void septum_exit(void)
{
    uint64_t value;
    septum_call(SEPTUM_EXIT, 0, 0, &value);
}

#endif
