#include "a.h"
int special;
