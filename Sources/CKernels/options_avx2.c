#include "CKernels.h"

#if defined(__x86_64__)

// Attributes, not compiler flags, choose the instructions, so that one binary serves every processor.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "options.h"
#pragma clang attribute pop

const ckernels_options *ckernels_options_avx2(void)
{
    return ckernels_avx2() ? &kernels : NULL;
}

#else

const ckernels_options *ckernels_options_avx2(void)
{
    return NULL;
}

#endif
