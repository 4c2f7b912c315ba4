#pragma once

namespace tstack::contract {

// How the links of an object (MessageRule.link) are written.
enum class LinkStyle {
  kMap,       // "links": {"self": href}                      keystone, plain
  kArray,     // "links": [{"rel": "self", "href": href}]     nova, cinder, neutron, placement
  kTopLevel,  // "self": href                                 glance
};

}  // namespace tstack::contract
