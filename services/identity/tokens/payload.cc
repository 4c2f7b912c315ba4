#include "services/identity/tokens/payload.h"

#include <algorithm>
#include <utility>

#include "common/crypto/encoding.h"
#include "services/identity/tokens/msgpack.h"

namespace tstack::identity::tokens {
namespace {

// First element of the payload: what follows it. Numbers are keystone's.
enum Version : int64_t { kUnscoped = 0, kDomain = 1, kProject = 2, kSystem = 8 };

Status Malformed(std::string_view what) {
  return Error(StatusCode::kInvalidArgument, "PAYLOAD_MALFORMED", what);
}

bool IsPlainHexUuid(std::string_view id) {
  return id.size() == 32 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Packed IdBytes(const std::string& id) { return Packed{Packed::Bytes{*crypto::ParseHex(id)}}; }

// (true, 16 bytes) for what looks like uuid4().hex, (false, text) for other ids.
Packed PackId(const std::string& id) {
  if (IsPlainHexUuid(id)) return Packed{Packed::Array{Packed{true}, IdBytes(id)}};
  return Packed{Packed::Array{Packed{false}, Packed{id}}};
}

// Domain ids stand without the flag.
Packed PackDomainId(const std::string& id) { return IsPlainHexUuid(id) ? IdBytes(id) : Packed{id}; }

Packed PackAuditIds(const std::vector<std::string>& audit_ids) {
  Packed::Array items;
  for (const std::string& id : audit_ids) {
    items.push_back(Packed{Packed::Bytes{crypto::ParseBase64Url(id).value_or("")}});
  }
  return Packed{std::move(items)};
}

// Text or bytes; null if it is neither.
const std::string* TextOf(const Packed& packed) {
  if (const auto* bytes = std::get_if<Packed::Bytes>(&packed.value)) return &bytes->value;
  return std::get_if<std::string>(&packed.value);
}

StatusOr<std::string> UnpackId(const Packed& packed) {
  const auto* pair = std::get_if<Packed::Array>(&packed.value);
  if (pair == nullptr || pair->size() != 2) return Malformed("an id is no pair");
  const bool* compressed = std::get_if<bool>(&(*pair)[0].value);
  const std::string* id = TextOf((*pair)[1]);
  if (compressed == nullptr || id == nullptr) return Malformed("an id has the wrong types");
  if (!*compressed) return *id;
  if (id->size() != 16) return Malformed("an id has the wrong length");
  return crypto::Hex(*id);
}

StatusOr<std::string> UnpackDomainId(const Packed& packed) {
  const std::string* id = TextOf(packed);
  if (id == nullptr) return Malformed("a domain id has the wrong type");
  return std::holds_alternative<Packed::Bytes>(packed.value) && id->size() == 16 ? crypto::Hex(*id)
                                                                                 : *id;
}

StatusOr<absl::Time> UnpackTime(const Packed& packed) {
  if (const double* seconds = std::get_if<double>(&packed.value)) {
    if (!(*seconds >= 0 && *seconds < 1e11)) return Malformed("the expiry is out of range");
    return absl::FromUnixMicros(static_cast<int64_t>(*seconds * 1e6 + 0.5));
  }
  if (const int64_t* seconds = std::get_if<int64_t>(&packed.value))
    return absl::FromUnixSeconds(*seconds);
  return Malformed("the expiry has the wrong type");
}

StatusOr<std::vector<std::string>> UnpackAuditIds(const Packed& packed) {
  const auto* items = std::get_if<Packed::Array>(&packed.value);
  if (items == nullptr || items->empty()) return Malformed("the audit ids are no list");
  std::vector<std::string> audit_ids;
  for (const Packed& item : *items) {
    const std::string* id = TextOf(item);
    if (id == nullptr || id->size() > 32) return Malformed("an audit id has the wrong type");
    audit_ids.push_back(crypto::Base64Url(*id));
  }
  return audit_ids;
}

StatusOr<Scope> UnpackScope(int64_t version, const Packed& packed) {
  if (version == kProject) {
    ASSIGN_OR_RETURN(std::string id, UnpackId(packed));
    return Scope{Scope::Kind::kProject, std::move(id)};
  }
  if (version == kDomain) {
    ASSIGN_OR_RETURN(std::string id, UnpackDomainId(packed));
    return Scope{Scope::Kind::kDomain, std::move(id)};
  }
  const std::string* system = TextOf(packed);
  if (system == nullptr || *system != "all") return Malformed("an unknown system scope");
  return Scope{Scope::Kind::kSystem, *system};
}

void AppendScope(const Scope& scope, Packed::Array& items) {
  switch (scope.kind) {
    case Scope::Kind::kUnscoped:
      return;
    case Scope::Kind::kProject:
      return items.push_back(PackId(scope.id));
    case Scope::Kind::kDomain:
      return items.push_back(PackDomainId(scope.id));
    case Scope::Kind::kSystem:
      return items.push_back(Packed{scope.id});
  }
}

int64_t VersionOf(Scope::Kind kind) {
  switch (kind) {
    case Scope::Kind::kUnscoped:
      return kUnscoped;
    case Scope::Kind::kProject:
      return kProject;
    case Scope::Kind::kDomain:
      return kDomain;
    case Scope::Kind::kSystem:
      return kSystem;
  }
  return kUnscoped;
}

}  // namespace

MethodBits MethodBits::Default() {
  return MethodBits(
      {"external", "password", "token", "oauth1", "mapped", "application_credential"});
}

int64_t MethodBits::Encode(const std::vector<std::string>& methods) const {
  int64_t bits = 0;
  for (size_t i = 0; i < names_.size(); ++i) {
    if (std::ranges::count(methods, names_[i]) > 0) bits |= int64_t{1} << i;
  }
  return bits;
}

std::vector<std::string> MethodBits::Decode(int64_t bits) const {
  std::vector<std::string> methods;
  for (size_t i = names_.size(); i-- > 0;) {
    if (bits >> i & 1) methods.push_back(names_[i]);
  }
  return methods;
}

std::string EncodePayload(const Payload& payload, const MethodBits& methods) {
  Packed::Array items;
  items.push_back(Packed{VersionOf(payload.scope.kind)});
  items.push_back(PackId(payload.user_id));
  items.push_back(Packed{methods.Encode(payload.methods)});
  AppendScope(payload.scope, items);
  items.push_back(Packed{static_cast<double>(absl::ToUnixSeconds(payload.expires_at))});
  items.push_back(PackAuditIds(payload.audit_ids));
  return Pack(Packed{std::move(items)});
}

StatusOr<Payload> DecodePayload(std::string_view bytes, const MethodBits& methods) {
  ASSIGN_OR_RETURN(const Packed packed, Unpack(bytes));
  const auto* items = std::get_if<Packed::Array>(&packed.value);
  if (items == nullptr || items->empty()) return Malformed("the payload is no list");
  const int64_t* version = std::get_if<int64_t>(&(*items)[0].value);
  const bool scoped =
      version != nullptr && (*version == kDomain || *version == kProject || *version == kSystem);
  if (!scoped && (version == nullptr || *version != kUnscoped))
    return Malformed("an unknown kind of payload");
  if (items->size() != (scoped ? 6u : 5u)) return Malformed("the payload has the wrong length");

  Payload payload;
  ASSIGN_OR_RETURN(payload.user_id, UnpackId((*items)[1]));
  const int64_t* bits = std::get_if<int64_t>(&(*items)[2].value);
  if (bits == nullptr) return Malformed("the methods have the wrong type");
  payload.methods = methods.Decode(*bits);
  if (scoped) {
    ASSIGN_OR_RETURN(payload.scope, UnpackScope(*version, (*items)[3]));
  }
  ASSIGN_OR_RETURN(payload.expires_at, UnpackTime((*items)[scoped ? 4 : 3]));
  ASSIGN_OR_RETURN(payload.audit_ids, UnpackAuditIds((*items)[scoped ? 5 : 4]));
  return payload;
}

}  // namespace tstack::identity::tokens
