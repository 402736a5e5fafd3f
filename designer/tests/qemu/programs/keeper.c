/* Sends three bytes from a buffer of secrets, then has secrets in all registers, for ever. */
#include "septum.h"

SEPTUM_QUEUING_OUT(tell, "tell", 64);

void keep_secrets(void);

int main(void)
{
    uint8_t *buffer = septum_buffer(&tell);

    for (;;) {
        for (int i = 0; i < 64; i++)
            buffer[i] = i < 3 ? (uint8_t)"abc"[i] : 0xa5;
        septum_send_buffer(&tell, 3);
        keep_secrets();
    }
}
