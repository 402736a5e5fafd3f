/* Sleeps while somebody else has secrets, and looks at what it finds: the board says how often
 * it has slept, how many messages it has got, how many secrets it has found. */
#include "septum.h"

SEPTUM_MEMORY_OUT(board, "board", 4096);
SEPTUM_QUEUING_IN(tell, "tell", 64);

uint64_t sleep_and_look(uint64_t deadline);

int main(void)
{
    volatile uint64_t *counts = (volatile uint64_t *)septum_memory(&board);
    uint8_t *buffer = septum_buffer(&tell);

    for (;;) {
        uint64_t now = 0;
        size_t length = 0;

        septum_now(&now);
        counts[2] += sleep_and_look(now + 10) != 0;
        if (septum_receive_buffer(&tell, SEPTUM_POLL, &length) == SEPTUM_OK) {
            counts[1]++;
            counts[2] += length != 3;
        }
        for (int i = 0; i < 64; i++)
            counts[2] += buffer[i] == 0xa5;
        counts[0]++;
    }
}
