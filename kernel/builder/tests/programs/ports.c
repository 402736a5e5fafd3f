/* One port of each kind and direction, a memory of each, and every call: what a compiler may
 * leave out, it leaves out here. */
#include "septum.h"

SEPTUM_QUEUING_IN(commands, "commands", 64);
SEPTUM_QUEUING_OUT(replies, "replies", 32);
SEPTUM_SAMPLING_IN(position, "position", 24);
SEPTUM_SAMPLING_OUT(speed, "speed", 8);
SEPTUM_SIGNAL_IN(go, "go");
SEPTUM_SIGNAL_OUT(done, "done");
SEPTUM_INTERRUPT(irq, "irq");
SEPTUM_MEMORY_IN(picture, "picture", 512);
SEPTUM_MEMORY_OUT(board, "board", 4096);
/* Nothing uses it; the design may connect it all the same. */
SEPTUM_SIGNAL_OUT(spare, "spare");

int main(void)
{
    uint8_t message[64];
    size_t length;
    uint64_t word;

    while (septum_wait(septum_bit(&go) | septum_bit(&irq), SEPTUM_NEVER, &word) == SEPTUM_OK) {
        septum_receive(&commands, message, sizeof message, SEPTUM_POLL, &length);
        septum_receive_buffer(&commands, SEPTUM_NEVER, &length);
        septum_copy(septum_buffer(&replies), septum_buffer(&commands), 32);
        septum_send_buffer(&replies, 32);
        septum_send(&replies, message, 8);
        septum_exchange_buffer(&replies, 1, &commands, SEPTUM_NEVER, &length);
        if (septum_read_buffer(&position, &length) == SEPTUM_STALE)
            septum_raise(4);
        septum_write(&speed, septum_buffer(&position), 8);
        septum_write_buffer(&speed, 8);
        septum_memory(&board)[4095] = septum_memory(&picture)[511];
        septum_signal(&done);
        septum_acknowledge(&irq);
        septum_now(&word);
        septum_log(&word, sizeof word);
    }
    septum_exit();
    return 0;
}
