/* The umbrella of the module: one line for each header of this folder. */
#include "confinement.h"
#include "control.h"
#include "libc.h"
#include "netfilter.h"
#include "netlink.h"
#include "minirun_child.h"
#include "minirun_mount.h"
#include "system.h"
