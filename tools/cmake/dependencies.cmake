# Every third-party library, found once, from Debian 12 packages (tools/packages.txt).
# Which folder may use which of them is checked by tests/house.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Protobuf REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(simdjson CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(Catch2 CONFIG REQUIRED)
find_package(Boost REQUIRED)

find_library(MYSQLCPPCONN mysqlcppconn REQUIRED)
find_library(RABBITMQ rabbitmq REQUIRED)
find_library(CRYPT crypt REQUIRED)

add_library(tstack_mysql INTERFACE)
target_link_libraries(tstack_mysql INTERFACE ${MYSQLCPPCONN})
