# cmake -DIN=schema.bin -DOUT=embedded_schema.cc -P embed.cmake
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "#include \"common/config/embedded_schema.h\"

namespace tstack::config {
namespace {
constexpr unsigned char kBytes[] = {
${bytes}};
}  // namespace

std::string_view EmbeddedSchema() { return {reinterpret_cast<const char*>(kBytes), sizeof(kBytes)}; }

}  // namespace tstack::config
")
