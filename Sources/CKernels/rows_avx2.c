#include "CKernels.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define LANES 8
#define ROWS_AT_ONCE 6
#define OF_BYTES 0
#include "rows.h"

#pragma clang attribute pop

const ckernels_tiles *ckernels_rows_avx2(void) { return ckernels_avx2() != NULL ? &kernels : NULL; }

#else

const ckernels_tiles *ckernels_rows_avx2(void) { return NULL; }

#endif
