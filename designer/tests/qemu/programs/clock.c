/* Logs the clock once in each of its windows, as early as it can: it waits for a time at which
 * others have the hart, so that the next window begins with it. */
#include "septum.h"

/* Longer than a window of 200 us in ticks of mtime, shorter than two. */
#define PAUSE 2500

int main(void)
{
    uint64_t ticks, pending;
    uint8_t text[16];

    for (;;) {
        septum_now(&ticks);
        for (int i = 0; i < 16; i++)
            text[i] = (uint8_t)"0123456789abcdef"[ticks >> (60 - 4 * i) & 15];
        septum_log(text, sizeof text);
        septum_wait(0, ticks + PAUSE, &pending);
    }
}
