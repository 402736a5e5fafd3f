/* Sends back whatever arrives, and says so in the log.
 *
 * Ports: `in` and `out`, both queuing, up to 64 bytes a message. */
#include "septum.h"

SEPTUM_QUEUING_IN(in, "in", 64);
SEPTUM_QUEUING_OUT(out, "out", 64);

int main(void)
{
    uint8_t message[64];
    size_t length;

    for (;;) {
        if (septum_receive(&in, message, sizeof message, SEPTUM_NEVER, &length) != SEPTUM_OK)
            continue;
        septum_send(&out, message, length);
        septum_log(message, length);
    }
}
