// What the system said when a connection was tried, in words and as a row's status.
#pragma once

#include "net/connection.h"
#include "net/net_error.h"

namespace tt::net {

/// True where this machine ran out of something (files, ports, memory): no fault of the server's.
bool is_client_limit(int error_number);

/// Why there is no connection to `peer`: what socket() or connect() left in errno.
NetError connect_error(const Address& peer, int error_number);

}  // namespace tt::net
