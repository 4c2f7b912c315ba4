// Stable reasons of the errors that the contract itself makes, beside those of plan.h's reader
// (INVALID_FIELD …). Dialects switch on them.
#pragma once

namespace tstack::contract {

inline constexpr char kNoRoute[] = "NO_ROUTE";                    // nothing at this path
inline constexpr char kNoMethod[] = "NO_METHOD";                  // the path has other verbs
inline constexpr char kNotInVersion[] = "NOT_IN_VERSION";         // exists in other microversions
inline constexpr char kGone[] = "GONE";                           // removed from the API for good
inline constexpr char kVersionMalformed[] = "VERSION_MALFORMED";  // no version at all
inline constexpr char kVersionUnsupported[] = "VERSION_UNSUPPORTED";  // out of range
inline constexpr char kUnknownAction[] = "UNKNOWN_ACTION";            // no route has that body key
inline constexpr char kMalformedBody[] = "MALFORMED_BODY";  // JSON, but not of the route's shape
inline constexpr char kMediaType[] = "UNSUPPORTED_MEDIA_TYPE";
inline constexpr char kInvalidHeader[] = "INVALID_HEADER";
inline constexpr char kUnknownQuery[] = "UNKNOWN_QUERY";  // a parameter that a strict route refuses
inline constexpr char kBadReply[] = "BAD_REPLY";          // a backend's answer that cannot be read

}  // namespace tstack::contract
