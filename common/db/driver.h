// The connector's process-wide driver. Internal to this folder.
#pragma once

#include <mysql_driver.h>

namespace tstack::db {

// The driver, ready for use by the calling thread (its threadInit is done once, threadEnd when the
// thread ends).
sql::mysql::MySQL_Driver& Driver();

}  // namespace tstack::db
