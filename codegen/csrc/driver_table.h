/* What one instruction set provides besides its kernels; included once per instruction set. */
#include "driver.h"
#include "driver_gradients.h"
#include "rows.h"

extern const pyact_driver PYACT_FN(pyact_driver);
const pyact_driver PYACT_FN(pyact_driver) = {PYACT_FN(elementwise), PYACT_FN(gradients), PYACT_FN(rows)};
