#include "septum.h"

int main(void)
{
    return 0;
}
