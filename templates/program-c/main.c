/* The partition {{name}}: whatever arrives goes back, and into the log. */
#include "septum.h"

/* Largest message in bytes: the channel to `in` may have smaller ones, that from `out` larger. */
#define MESSAGE_BYTES 64

SEPTUM_QUEUING_IN(input, "in", MESSAGE_BYTES);
SEPTUM_QUEUING_OUT(output, "out", MESSAGE_BYTES);

int main(void)
{
    size_t length;

    for (;;) {
        if (septum_receive_buffer(&input, SEPTUM_NEVER, &length) != SEPTUM_OK)
            continue;
        /* A text for a full log, or an answer for a full queue, is lost. */
        septum_log(septum_buffer(&input), length);
        septum_send(&output, septum_buffer(&input), length);
    }
}
