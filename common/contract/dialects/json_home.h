// The JSON home document of identity: every resource by its relation name, from the route table.
#pragma once

#include <string>
#include <string_view>

#include "common/contract/route_table.h"

namespace tstack::contract {

// The relation of "/v3/users/{user_id}/projects" is "user_projects": words of the path, a
// collection in the singular where one of it is named. `root` is "/v3": what precedes is not part
// of it.
std::string RelationOf(std::string_view path, std::string_view root);

// {"resources": {"<namespace>/rel/user": {"href-template", "href-vars"}, …}} with hrefs below
// `root`, which are written with it if `with_root`.
std::string JsonHome(const RestApi& api, std::string_view root, bool with_root);

}  // namespace tstack::contract
