#include "common/config/manual.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.pb.h"

#include "common/config/embedded_schema.h"

namespace tstack::config {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::FileDescriptorProto;
using Comments = std::map<std::string, std::string>;
using Path = std::vector<int>;

std::string OneLine(const std::string& comment) {
  std::string out;
  for (const absl::string_view part : absl::StrSplit(comment, '\n')) {
    const std::string line(absl::StripAsciiWhitespace(part));
    if (line.empty()) continue;
    if (!out.empty()) out += ' ';
    out += line;
  }
  return out;
}

std::map<Path, std::string> CommentsByPath(const FileDescriptorProto& file) {
  std::map<Path, std::string> comments;
  for (const auto& location : file.source_code_info().location()) {
    const std::string& text = location.leading_comments().empty() ? location.trailing_comments()
                                                                  : location.leading_comments();
    if (!text.empty())
      comments[Path(location.path().begin(), location.path().end())] = OneLine(text);
  }
  return comments;
}

Path With(Path path, int kind, int index) {
  path.push_back(kind);
  path.push_back(index);
  return path;
}

void AddMessage(const DescriptorProto& type, const Path& path, const std::string& name,
                const std::map<Path, std::string>& by_path, Comments& out) {
  const auto add = [&](const Path& where, const std::string& full_name) {
    if (auto it = by_path.find(where); it != by_path.end()) out[full_name] = it->second;
  };
  add(path, name);
  for (int i = 0; i < type.field_size(); ++i) {
    add(With(path, DescriptorProto::kFieldFieldNumber, i), name + "." + type.field(i).name());
  }
  for (int i = 0; i < type.nested_type_size(); ++i) {
    AddMessage(type.nested_type(i), With(path, DescriptorProto::kNestedTypeFieldNumber, i),
               name + "." + type.nested_type(i).name(), by_path, out);
  }
}

Comments ReadAll() {
  Comments comments;
  google::protobuf::FileDescriptorSet files;
  const std::string_view schema = EmbeddedSchema();
  if (!files.ParseFromArray(schema.data(), static_cast<int>(schema.size()))) return comments;
  for (const auto& file : files.file()) {
    const auto by_path = CommentsByPath(file);
    for (int i = 0; i < file.message_type_size(); ++i) {
      AddMessage(file.message_type(i), {FileDescriptorProto::kMessageTypeFieldNumber, i},
                 file.package() + "." + file.message_type(i).name(), by_path, comments);
    }
  }
  return comments;
}

}  // namespace

std::string CommentOf(const google::protobuf::FieldDescriptor& field) {
  static const Comments& comments = *new Comments(ReadAll());
  if (auto it = comments.find(field.full_name()); it != comments.end()) return it->second;
  if (field.message_type() == nullptr) return "";
  auto it = comments.find(field.message_type()->full_name());
  return it == comments.end() ? "" : it->second;
}

}  // namespace tstack::config
