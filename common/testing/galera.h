// A MariaDB Galera cluster on loopback (rsync state transfer). Nodes are numbered from 0.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/testing/mariadb.h"

namespace tstack::testing {

// The constructor starts `nodes` nodes one after the other (about 5 s each) and dies if they do not
// sync.
class TestGalera {
 public:
  explicit TestGalera(int nodes);
  ~TestGalera();

  std::string tcp(int node) const;
  // Options of root at one node; set `nodes` for fail-over.
  db::Options Root(int node, const std::string& schema = "") const;
  std::unique_ptr<db::AdminConnection> Admin(int node, const std::string& schema = "") const;
  db::Options CreateSchema(const std::string& schema, const migrate::Files& files = {});

  void Kill9(int node);
  void Start(int node);  // rejoins; returns when Synced
  // Stops answering its peers and clients, and comes back.
  void Pause(int node) const;
  void Resume(int node) const;
  bool WaitSynced(int node, absl::Duration promise) const;

 private:
  struct Node;
  void Launch(int node, bool bootstrap);
  std::string Peers() const;

  TemporaryDirectory directory_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace tstack::testing
