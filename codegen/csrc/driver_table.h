/* What one instruction set provides besides its kernels; included once per instruction set. */
#include "driver.h"
#include "driver_gradients.h"
#ifdef PYACT_WITHOUT_ROWS /* a library without row functions compiles in half the time */
#define PYACT_ROWS NULL
#else
#include "rows.h"
#define PYACT_ROWS PYACT_FN(rows)
#endif

extern const pyact_driver PYACT_FN(pyact_driver);
const pyact_driver PYACT_FN(pyact_driver) = {PYACT_FN(elementwise), PYACT_FN(gradients), PYACT_ROWS};
