// Pieces of answers that several dialects share.
#pragma once

#include <string>
#include <string_view>

#include "common/contract/dialect.h"
#include "common/contract/exchange.h"
#include "common/http/http.h"

namespace tstack::contract {

// Sets a JSON body and its Content-Type.
void SetJson(std::string body, http::Response& response);

// {"error": {"code", "message", "title"}}: keystone's errors, and the 401 that stands before the
// other services.
void WriteKeystoneError(const ErrorView& error, http::Response& response);

// {"<type>": {"code", "message"}} of nova and cinder, with retryAfter where a limit says when.
void WriteFault(std::string_view type, const ErrorView& error, http::Response& response);

// The page that unrouted requests get, and all errors of glance: plain text, HTML or JSON as Accept
// prefers. The first line of each is the title line that clients show.
void WritePage(const Exchange& exchange, const ErrorView& error, http::Response& response);

// WWW-Authenticate on 401: where tokens come from.
void AddChallenge(const Exchange& exchange, const ErrorView& error, http::Response& response);

// A version document's answer: status, JSON body.
http::Response Document(int status, std::string body);

// "servers_links":[{"rel":"next","href":…}], "" without a next page: nova, cinder.
std::string NextOnly(std::string_view key, const PageLinks& links);

}  // namespace tstack::contract
