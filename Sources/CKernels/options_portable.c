// What every processor of the target architecture has.

#include "options.h"

const ckernels_options *ckernels_options_portable(void)
{
    return &kernels;
}
