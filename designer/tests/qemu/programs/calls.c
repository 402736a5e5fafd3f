/* Makes calls with numbers and arguments of all kinds. A fault restarts this program, and so
 * does somebody else, in case it waits or has ended; the board says where it was: how many
 * calls it has begun, how many came back, how many of them with a status that there is not. */
#include "septum.h"

#define CALLS 20000
#define LAST_STATUS SEPTUM_BAD_PARTITION

SEPTUM_MEMORY_OUT(board, "board", 4096);
SEPTUM_QUEUING_OUT(mail, "mail", 64);
SEPTUM_QUEUING_IN(answer, "answer", 64);
SEPTUM_SIGNAL_OUT(bell, "bell");

/* Marsaglia, "Xorshift RNGs". */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static uint64_t argument(uint64_t *state)
{
    static const uint64_t edges[] = {
        0, 1, 2, 3, 63, 64, 65, 1ull << 32, 1ull << 63, ~0ull - 1, ~0ull, ~0ull << 32,
    };
    uint64_t which = draw(state) >> 32;

    if (which % 4 == 0)
        return draw(state);
    return edges[which % (sizeof edges / sizeof edges[0])];
}

int main(void)
{
    volatile uint64_t *counts = (volatile uint64_t *)septum_memory(&board);

    while (counts[0] < CALLS) {
        uint64_t state = 0x9e3779b97f4a7c15 * ++counts[0];
        uint64_t number = draw(&state) % 4 ? draw(&state) % 64 : argument(&state);
        uint64_t values[4];

        for (int i = 0; i < 4; i++)
            values[i] = argument(&state);
        register uint64_t a0 __asm__("a0") = values[0];
        register uint64_t a1 __asm__("a1") = values[1];
        register uint64_t a2 __asm__("a2") = values[2];
        register uint64_t a3 __asm__("a3") = values[3];
        register uint64_t a7 __asm__("a7") = number;
        __asm__ volatile("ecall"
                         : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a7)
                         :
                         : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a4", "a5", "a6",
                           "memory");
        counts[1]++;
        counts[2] += a0 > LAST_STATUS;
    }
    return septum_bit(&mail) + septum_bit(&answer) + septum_bit(&bell) == 0;
}
