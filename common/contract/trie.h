// Routes by path segment. A literal beats a field, a field beats a rest; a wrong guess is taken
// back, so that /servers/detail and /servers/{id}/action live side by side.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

#include "common/contract/path_template.h"
#include "common/contract/route_table.h"

namespace tstack::contract {

// Built by one thread, then read-only and thread-safe.
class Trie {
 public:
  struct Entry {
    const Route* route = nullptr;
    int template_index = 0;
  };

  void Add(const PathTemplate& path, const Route* route, int template_index);
  // See RouteTable::Find. Segments are split before they are decoded: %2F stays inside its segment.
  // One trailing slash is ignored.
  Match Find(std::string_view verb, std::string_view path) const;
  // Every place where routes end, for the search for conflicts.
  void ForEachNode(const std::function<void(const std::vector<Entry>&)>& visit) const;

 private:
  struct Node {
    absl::flat_hash_map<std::string, std::unique_ptr<Node>> literals;
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> fields;  // by suffix, longest first
    std::unique_ptr<Node> rest;
    std::vector<Entry> entries;
  };
  struct Walk;

  static Node* Child(Node& node, const PathSegment& segment);
  static bool Descend(const Node& node, Walk& walk, size_t depth);
  static bool Finish(const Node& node, Walk& walk);
  static void Visit(const Node& node, const std::function<void(const std::vector<Entry>&)>& visit);

  Node root_;
};

}  // namespace tstack::contract
