// What every processor of the target architecture has: four floats in a register.

#define LANES 4
#if defined(__aarch64__)
#define LINEAR_ROWS 6
#define LINEAR_ROW_LIST ROWS_6
#else
#define LINEAR_ROWS 3
#define LINEAR_ROW_LIST ROWS_3
#endif
#define ATTENTION_ROWS 4
#define ATTENTION_ROW_LIST ROWS_4
#define PANEL_VECTORS VECTORS_4
#define PAIRS_OF_PANELS 0
#include "kernels.h"

const ckernels_set *ckernels_portable(void)
{
    return &kernels;
}
