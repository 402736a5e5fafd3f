/* A 16550 UART driver, the same in C as `uart-driver` is in Rust: what arrives goes out as
 * messages, the partitions' logs go to the console.
 *
 * Ports: `irq` (interrupt), `bytes` (queuing, up to 16 bytes a message). Needs the UART at
 * UART_BASE and the right to the clock. */
#include "septum-rings.h"

/* The UART of QEMU's `virt`; devices are mapped at their physical addresses. */
#define UART_BASE 0x10000000

/* Registers of a 16550, and the bits that are used. */
enum {
    DATA = 0,
    INTERRUPT_ENABLE = 1,
    FIFO_CONTROL = 2,
    LINE_CONTROL = 3,
    LINE_STATUS = 5,
    INTERRUPT_RECEIVED = 0x01,
    FIFO_ON = 0x07,
    EIGHT_BITS = 0x03,
    DATA_READY = 0x01,
    TRANSMIT_EMPTY = 0x20,
};

/* Bytes of a message: one FIFO. */
#define MESSAGE_BYTES 16

/* How long a log text waits for the console at most, in ticks of mtime. */
#define DRAIN_TICKS 500

SEPTUM_INTERRUPT(irq, "irq");
SEPTUM_QUEUING_OUT(bytes, "bytes", MESSAGE_BYTES);

static struct septum_rings rings;

/* Received and not yet sent on: the receiver's queue was full. */
static uint8_t held[MESSAGE_BYTES];
static size_t held_bytes;

/* An interrupt came and is not acknowledged. */
static int claimed;

static uint8_t load(unsigned offset)
{
    return ((volatile uint8_t *)UART_BASE)[offset];
}

static void store(unsigned offset, uint8_t byte)
{
    ((volatile uint8_t *)UART_BASE)[offset] = byte;
}

static int line_status(uint8_t bit)
{
    return (load(LINE_STATUS) & bit) != 0;
}

/* Takes bytes from the FIFO; whether there are any to send. */
static int hold(void)
{
    while (line_status(DATA_READY) && held_bytes < MESSAGE_BYTES)
        held[held_bytes++] = load(DATA);
    return held_bytes > 0;
}

/* Whether there was room for them. */
static int send(void)
{
    if (septum_send(&bytes, held, held_bytes) == SEPTUM_FULL)
        return 0;
    held_bytes = 0;
    return 1;
}

/* Sends on what has arrived. While the receiver's queue is full, the bytes stay where they are:
 * first here, then in the FIFO; nothing is dropped by the driver. */
static void receive(void)
{
    while (hold() && send())
        ;
}

/* Once all bytes are sent on, so that the line is low. While the receiver's queue is full the
 * interrupt stays claimed: it would come again at once, for ever, and in a window with others
 * this driver would be all that runs. */
static void acknowledge(void)
{
    if (claimed && held_bytes == 0 && !line_status(DATA_READY)) {
        septum_acknowledge(&irq);
        claimed = 0;
    }
}

/* One line of somebody's log for each time that the transmitter is empty. */
static void drain(void)
{
    struct septum_line line;

    while (line_status(TRANSMIT_EMPTY) && septum_next_line(&rings, &line)) {
        for (size_t i = 0; i < line.length; i++)
            store(DATA, line.bytes[i]);
    }
}

/* Until the next byte, or until logs and a full queue want another look. Without the right to
 * the clock the only deadlines are never, and at once while bytes wait. */
static void sleep(void)
{
    uint64_t now, pending;
    uint64_t deadline = claimed ? SEPTUM_POLL : SEPTUM_NEVER;

    if (septum_now(&now) == SEPTUM_OK)
        deadline = now + DRAIN_TICKS;
    if (septum_wait(septum_bit(&irq), deadline, &pending) == SEPTUM_OK)
        claimed = 1;
}

int main(void)
{
    store(LINE_CONTROL, EIGHT_BITS);
    store(FIFO_CONTROL, FIFO_ON);
    store(INTERRUPT_ENABLE, INTERRUPT_RECEIVED);
    for (;;) {
        receive();
        acknowledge();
        drain();
        sleep();
    }
}
