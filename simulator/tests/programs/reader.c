/* Waits until a memory has something, says it, and writes where it may only read. */
#include "septum.h"

SEPTUM_MEMORY_IN(board, "board", 4096);

int main(void)
{
    volatile uint8_t *squares = septum_memory(&board);
    uint8_t said[8];

    while (squares[0] == 0)
        ;
    for (uint8_t i = 0; i < squares[0]; i++)
        said[i] = squares[4088 + i];
    septum_log(said, sizeof said);
    squares[0] = 0;
    septum_log("unreachable", 11);
    return 0;
}
