#ifndef MAGNUS_COPENBLAS_SHIM_H
#define MAGNUS_COPENBLAS_SHIM_H

#include <cblas.h>

#endif
