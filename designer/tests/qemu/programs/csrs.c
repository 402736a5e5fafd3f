/* Accesses every CSR in every way. A fault restarts this program, and the board says where it
 * was: how many accesses it has begun, and how many of them it came back from. */
#include "septum.h"

SEPTUM_MEMORY_OUT(board, "board", 4096);

extern const char csr_accesses[];

int main(void)
{
    volatile uint64_t *counts = (volatile uint64_t *)septum_memory(&board);

    while (counts[0] < 2 * 4096) {
        uint64_t number = counts[0]++;
        ((void (*)(void))(csr_accesses + 8 * number))();
        counts[1]++;
    }
    return 0;
}
