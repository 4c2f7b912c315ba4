#include "common/contract/dialects/bodies.h"

#include "common/contract/dialects/accept.h"
#include "common/contract/json_builder.h"
#include "common/http/reason_phrase.h"

namespace tstack::contract {
namespace {

std::string StatusLine(int status) {
  return std::to_string(status) + " " + std::string(http::ReasonPhrase(status));
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string HtmlPage(const ErrorView& error) {
  const std::string line = StatusLine(error.http_status);
  return "<html>\n <head>\n  <title>" + line + "</title>\n </head>\n <body>\n  <h1>" + line +
         "</h1>\n  " + EscapeHtml(error.message) + "<br /><br />\n\n\n\n </body>\n</html>";
}

std::string JsonPage(const ErrorView& error) {
  std::string body;
  JsonBuilder json(&body);
  json.BeginObject().Key("message").String(error.message);
  json.Key("code").String(StatusLine(error.http_status));
  json.Key("title").String(http::ReasonPhrase(error.http_status)).EndObject();
  return body;
}

}  // namespace

void SetJson(std::string body, http::Response& response) {
  response.headers.Set("Content-Type", "application/json");
  response.body = std::move(body);
}

void WriteKeystoneError(const ErrorView& error, http::Response& response) {
  std::string body;
  JsonBuilder json(&body);
  json.BeginObject().Key("error").BeginObject();
  json.Key("code").Int(error.http_status).Key("message").String(error.message);
  json.Key("title").String(http::ReasonPhrase(error.http_status)).EndObject().EndObject();
  SetJson(body + "\n", response);
}

void WriteFault(std::string_view type, const ErrorView& error, http::Response& response) {
  std::string body;
  JsonBuilder json(&body);
  json.BeginObject().Key(type).BeginObject();
  json.Key("code").Int(error.http_status).Key("message").String(error.message);
  if (error.http_status == 413 || error.http_status == 429) {
    const std::string seconds = std::to_string(error.retry_after_seconds);
    json.Key("retryAfter").String(seconds);
    response.headers.Set("Retry-After", seconds);
  }
  json.EndObject().EndObject();
  SetJson(std::move(body), response);
}

void WritePage(const Exchange& exchange, const ErrorView& error, http::Response& response) {
  std::string_view accept;
  if (exchange.request != nullptr) accept = exchange.request->headers.Find("Accept").value_or("");
  switch (ChoosePageForm(accept)) {
    case PageForm::kJson:
      return SetJson(JsonPage(error), response);
    case PageForm::kHtml:
      response.headers.Set("Content-Type", "text/html; charset=UTF-8");
      response.body = HtmlPage(error);
      return;
    case PageForm::kText:
      response.headers.Set("Content-Type", "text/plain; charset=UTF-8");
      response.body = StatusLine(error.http_status) + "\n\n" + error.message + "\n\n   ";
      return;
  }
}

void AddChallenge(const Exchange& exchange, const ErrorView& error, http::Response& response) {
  if (error.http_status != 401) return;
  const std::string& url =
      exchange.identity_url.empty() ? exchange.base_url : exchange.identity_url;
  response.headers.Set("WWW-Authenticate", "Keystone uri=\"" + url + "\"");
}

http::Response Document(int status, std::string body) {
  http::Response response;
  response.status = status;
  SetJson(std::move(body), response);
  return response;
}

std::string NextOnly(std::string_view key, const PageLinks& links) {
  if (links.next.empty()) return "";
  std::string out;
  JsonBuilder json(&out);
  json.Key(key).BeginArray().BeginObject();
  json.Key("rel").String("next").Key("href").String(links.next).EndObject().EndArray();
  return out;
}

}  // namespace tstack::contract
