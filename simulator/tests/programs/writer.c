/* Writes a memory that somebody else reads: squares, and at last how many. */
#include "septum.h"

SEPTUM_MEMORY_OUT(board, "board", 4096);

int main(void)
{
    volatile uint8_t *squares = septum_memory(&board);

    for (uint8_t i = 0; i < 8; i++)
        squares[4088 + i] = (uint8_t)(i * i);
    squares[0] = 8;
    return 0;
}
