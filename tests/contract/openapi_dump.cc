// Prints the OpenAPI document of the fixture's or of the product's services, or with --count the
// number of their routes. For check_openapi.sh.
#include <cstring>
#include <iostream>

#include "common/contract/openapi.h"
#include "common/contract/route_table.h"
#include "tests/contract/fixture_table.h"

int main(int argc, char** argv) {
  const bool count = argc > 1 && std::strcmp(argv[1], "--count") == 0;
  const auto table = tstack::contract::RouteTable::Build(tstack::contract::test::DumpedServices());
  if (!table.ok()) {
    std::cerr << table.status().message() << "\n";
    return 1;
  }
  if (count)
    std::cout << (*table)->routes().size() << "\n";
  else
    std::cout << tstack::contract::OpenApiDocument(**table) << "\n";
  return 0;
}
