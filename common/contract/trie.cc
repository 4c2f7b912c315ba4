#include "common/contract/trie.h"

#include <algorithm>

#include "common/contract/url.h"

namespace tstack::contract {
namespace {

// Longer paths than any template are no attack surface: the walk backtracks, so its input is
// bounded.
constexpr size_t kMaxSegments = 40;

// Decoded segments; false if the path cannot name anything.
bool Split(std::string_view path, std::vector<std::string>& segments) {
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  while (!path.empty()) {
    const size_t slash = path.find('/');
    auto segment = DecodeSegment(path.substr(0, slash));
    if (!segment || segments.size() == kMaxSegments) return false;
    segments.push_back(*std::move(segment));
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
    if (path.empty()) segments.emplace_back();  // "a//": an empty segment is a segment
  }
  return true;
}

}  // namespace

struct Trie::Walk {
  std::string_view verb;
  std::vector<std::string> segments;
  std::vector<std::string> values;
  Match match;
};

Trie::Node* Trie::Child(Node& node, const PathSegment& segment) {
  if (segment.kind == PathSegment::Kind::kLiteral) {
    auto& child = node.literals[segment.text];
    if (child == nullptr) child = std::make_unique<Node>();
    return child.get();
  }
  if (segment.kind == PathSegment::Kind::kRest) {
    if (node.rest == nullptr) node.rest = std::make_unique<Node>();
    return node.rest.get();
  }
  auto place = std::find_if(node.fields.begin(), node.fields.end(), [&](const auto& field) {
    return field.first.size() <= segment.text.size();
  });
  for (auto it = place; it != node.fields.end(); ++it) {
    if (it->first == segment.text) return it->second.get();
  }
  return node.fields.emplace(place, segment.text, std::make_unique<Node>())->second.get();
}

void Trie::Add(const PathTemplate& path, const Route* route, int template_index) {
  Node* node = &root_;
  for (const PathSegment& segment : path.segments) node = Child(*node, segment);
  node->entries.push_back({route, template_index});
}

// Takes the node's routes of the verb; false (and remembers what else is there) if it has none.
bool Trie::Finish(const Node& node, Walk& walk) {
  auto take = [&](std::string_view verb) {
    for (const Entry& entry : node.entries) {
      if (entry.route->verb != verb) continue;
      walk.match.routes.push_back(entry.route);
      walk.match.templates.push_back(entry.template_index);
    }
    if (!walk.match.routes.empty()) walk.match.values = walk.values;
    return !walk.match.routes.empty();
  };
  for (const Entry& entry : node.entries) {
    auto& verbs = walk.match.allowed_verbs;
    const bool known = std::find(verbs.begin(), verbs.end(), entry.route->verb) != verbs.end();
    if (!known) verbs.push_back(entry.route->verb);
  }
  return take(walk.verb) || (walk.verb == "HEAD" && take("GET"));
}

bool Trie::Descend(const Node& node, Walk& walk, size_t depth) {
  if (depth == walk.segments.size()) return Finish(node, walk);
  const std::string& segment = walk.segments[depth];
  if (auto it = node.literals.find(segment);
      it != node.literals.end() && Descend(*it->second, walk, depth + 1)) {
    return true;
  }
  for (const auto& [suffix, child] : node.fields) {
    if (segment.size() <= suffix.size() || !segment.ends_with(suffix)) continue;
    walk.values.push_back(segment.substr(0, segment.size() - suffix.size()));
    if (Descend(*child, walk, depth + 1)) return true;
    walk.values.pop_back();
  }
  if (node.rest == nullptr || segment.empty()) return false;
  std::string rest = segment;
  for (size_t i = depth + 1; i < walk.segments.size(); ++i) rest += "/" + walk.segments[i];
  walk.values.push_back(std::move(rest));
  if (Finish(*node.rest, walk)) return true;
  walk.values.pop_back();
  return false;
}

Match Trie::Find(std::string_view verb, std::string_view path) const {
  Walk walk;
  walk.verb = verb;
  if (!Split(path, walk.segments)) return {};
  Descend(root_, walk, 0);
  auto& verbs = walk.match.allowed_verbs;
  const bool has_get = std::find(verbs.begin(), verbs.end(), "GET") != verbs.end();
  const bool has_head = std::find(verbs.begin(), verbs.end(), "HEAD") != verbs.end();
  if (has_get && !has_head) verbs.emplace_back("HEAD");
  return std::move(walk.match);
}

void Trie::Visit(const Node& node, const std::function<void(const std::vector<Entry>&)>& visit) {
  if (!node.entries.empty()) visit(node.entries);
  for (const auto& [text, child] : node.literals) Visit(*child, visit);
  for (const auto& [suffix, child] : node.fields) Visit(*child, visit);
  if (node.rest != nullptr) Visit(*node.rest, visit);
}

void Trie::ForEachNode(const std::function<void(const std::vector<Entry>&)>& visit) const {
  Visit(root_, visit);
}

}  // namespace tstack::contract
