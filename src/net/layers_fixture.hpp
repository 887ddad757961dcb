// layers_fixture: what a reader or an engine is given in a test.
#pragma once

#include "net/given_layers.hpp"
