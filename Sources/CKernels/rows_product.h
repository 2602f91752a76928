// The products of one kind for every number of rows; included by rows.h with what rows_tile.h asks for, and
//   PRODUCT_NAME(rows)   names a function

#define TILE_NAME PRODUCT_NAME(1)
#define TILE_ROWS ROWS_1
#include "rows_tile.h"

#define TILE_NAME PRODUCT_NAME(2)
#define TILE_ROWS ROWS_2
#include "rows_tile.h"

#define TILE_NAME PRODUCT_NAME(4)
#define TILE_ROWS ROWS_4
#include "rows_tile.h"

#if ROWS_AT_ONCE == 6
#define TILE_NAME PRODUCT_NAME(6)
#define TILE_ROWS ROWS_6
#include "rows_tile.h"
#else
#define TILE_NAME PRODUCT_NAME(8)
#define TILE_ROWS ROWS_8
#include "rows_tile.h"

#define TILE_NAME PRODUCT_NAME(12)
#define TILE_ROWS ROWS_12
#include "rows_tile.h"
#endif

INLINE void PRODUCT_NAME(of)(size_t rows, product_operands operands)
{
    switch (rows) {
    case 1: PRODUCT_NAME(1)(operands); break;
    case 2: PRODUCT_NAME(2)(operands); break;
    case 4: PRODUCT_NAME(4)(operands); break;
#if ROWS_AT_ONCE == 6
    default: PRODUCT_NAME(6)(operands); break;
#else
    case 8: PRODUCT_NAME(8)(operands); break;
    default: PRODUCT_NAME(12)(operands); break;
#endif
    }
}

#undef PRODUCT_NAME
#undef PRODUCT_INPUT
#undef PRODUCT_WEIGHT
#undef PRODUCT_SUM
#undef PRODUCT_STEP
#undef START_SUM
#undef LOAD_WEIGHTS
#undef SPREAD
#undef ADD_PRODUCT
#undef STORE_SUM
