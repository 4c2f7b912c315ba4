#include "common/http/server.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

#include "common/http/test_server.h"

namespace tstack::http {
namespace {

TEST_CASE("one connection serves many requests", "[integration][http]") {
  TestServer server;
  auto client = server.Connect();
  for (int i = 0; i < 20; ++i) {
    const auto response = client->Send(MakeRequest("POST", absl::StrCat("/", i), "body"));
    REQUIRE(response.ok());
    CHECK(response->body == absl::StrCat("POST /", i, " body"));
    CHECK(response->headers.Find("Date").has_value());
  }
  CHECK(server.server().connections() == 1);
}

TEST_CASE("pipelined requests are answered in order although answers come late",
          "[integration][http]") {
  std::vector<std::thread> threads;
  absl::Mutex mutex;
  {
    TestServer server([&](Request request, Responder responder) {
      absl::MutexLock lock(&mutex);
      threads.emplace_back(
          [request = std::move(request), responder = std::move(responder)]() mutable {
            responder.Send(Text(200, request.target));
          });
    });
    auto client = server.Connect();
    std::string wire;
    for (int i = 0; i < 10; ++i) absl::StrAppend(&wire, "GET /", i, " HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(client->SendRaw(wire).ok());
    for (int i = 0; i < 10; ++i) {
      const auto response = client->Receive();
      REQUIRE(response.ok());
      CHECK(response->body == absl::StrCat("/", i));
    }
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_CASE("chunked bodies go both ways", "[integration][http]") {
  TestServer server([](Request request, Responder responder) {
    ResponseStream stream = responder.Start(Text(200, ""));
    for (char c : request.body) stream.Write(std::string(1, c));
    stream.Finish();
  });
  auto client = server.Connect();
  for (int i = 0; i < 2; ++i) {
    REQUIRE(client
                ->SendRaw("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
                .ok());
    const auto response = client->Receive();
    REQUIRE(response.ok());
    CHECK(response->body == "abcde");
    CHECK(response->headers.Find("Transfer-Encoding") == "chunked");
  }
}

TEST_CASE("HEAD has the length of the body and no body", "[integration][http]") {
  TestServer server;
  auto client = server.Connect();
  const auto head = client->Send(MakeRequest("HEAD", "/abc"));
  REQUIRE(head.ok());
  CHECK(head->body.empty());
  CHECK(head->headers.Find("Content-Length") == "10");
  CHECK(client->Send(MakeRequest("GET", "/"))->body == "GET / ");  // the connection is in step
}

TEST_CASE("an HTTP/1.0 client gets a body that ends with the connection", "[integration][http]") {
  TestServer server([](Request, Responder responder) {
    ResponseStream stream = responder.Start(Text(200, ""));
    stream.Write("streamed");
    stream.Finish();
  });
  auto client = server.Connect();
  REQUIRE(client->SendRaw("GET / HTTP/1.0\r\n\r\n").ok());
  const auto all = client->ReceiveRaw();
  REQUIRE(all.ok());
  CHECK(all->find("chunked") == std::string::npos);
  CHECK(all->substr(all->size() - 12) == "\r\n\r\nstreamed");
}

TEST_CASE("a client that has finished sending still gets its answer", "[integration][http]") {
  TestServer server;
  auto client = server.Connect();
  REQUIRE(client->SendRaw("GET /half HTTP/1.1\r\nHost: x\r\n\r\n").ok());
  client->CloseWrite();
  const auto all = client->ReceiveRaw();
  REQUIRE(all.ok());
  CHECK(all->find("GET /half") != std::string::npos);
}

TEST_CASE("bodies and heads beyond their limits are refused and the connection closed",
          "[integration][http][limits]") {
  Limits limits;
  limits.body_bytes = 100;
  TestServer server(Echo, limits);
  const auto large = server.Connect()->Send(MakeRequest("POST", "/", std::string(101, 'x')));
  REQUIRE(large.ok());
  CHECK(large->status == 413);
  CHECK(large->headers.Find("Connection") == "close");
  auto request = MakeRequest("GET", "/");
  request.headers.Add("X", std::string(17000, 'x'));
  CHECK(server.Connect()->Send(request)->status == 431);
  CHECK(server.Connect()->Send(MakeRequest("POST", "/", std::string(100, 'x')))->status == 200);
}

TEST_CASE("a 100 MB body is refused without being read to the end", "[integration][http][limits]") {
  TestServer server;
  auto client = server.Connect();
  REQUIRE(client->SendRaw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n").ok());
  REQUIRE(client->SendRaw(std::string(20000, 'x')).ok());
  CHECK(client->Receive()->status == 413);
}

TEST_CASE("a client that waits for 100 is told to go on, or refused at once",
          "[integration][http]") {
  Limits limits;
  limits.body_bytes = 10;
  TestServer server(Echo, limits);
  auto client = server.Connect();
  REQUIRE(client
              ->SendRaw("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        "Content-Length: 4\r\n\r\n")
              .ok());
  REQUIRE(client->SendRaw("abcd").ok());
  CHECK(client->Receive()->body == "POST / abcd");
  REQUIRE(client
              ->SendRaw("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        "Content-Length: 40\r\n\r\n")
              .ok());
  const auto all = client->ReceiveRaw();
  REQUIRE(all.ok());
  CHECK(all->substr(0, 12) == "HTTP/1.1 413");
}

TEST_CASE("slow clients lose their connection", "[integration][http][timeout]") {
  Limits limits;
  limits.header_timeout = absl::Milliseconds(150);
  limits.body_timeout = absl::Milliseconds(150);
  limits.idle_timeout = absl::Milliseconds(150);
  TestServer server(Echo, limits);
  const absl::Time start = absl::Now();
  SECTION("while sending the head, byte by byte") {
    auto client = server.Connect();
    REQUIRE(client->SendRaw("GET / HTTP/1.1\r\nHost: x\r\nX-").ok());
    const auto response = client->Receive();
    REQUIRE(response.ok());
    CHECK(response->status == 408);
  }
  SECTION("while sending the body") {
    auto client = server.Connect();
    REQUIRE(client->SendRaw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab").ok());
    CHECK(client->Receive()->status == 408);
  }
  SECTION("between requests") {
    auto client = server.Connect();
    REQUIRE(client->Send(MakeRequest("GET", "/")).ok());
    CHECK(client->ReceiveRaw().value_or("failed") == "");
  }
  SECTION("without saying anything") {
    CHECK(server.Connect()->ReceiveRaw().value_or("failed") == "");
  }
  CHECK(absl::Now() - start < absl::Seconds(5));
}

TEST_CASE("a client that does not read its answer is cut off", "[integration][http][timeout]") {
  Limits limits;
  limits.write_timeout = absl::Milliseconds(200);
  limits.min_rate = int64_t{1} << 40;
  absl::Notification gone;
  std::thread producer;
  {
    TestServer server(
        [&](Request, Responder responder) {
          producer = std::thread([&gone, responder = std::move(responder)]() mutable {
            ResponseStream stream = responder.Start(Text(200, ""));
            while (stream.Write(std::string(100000, 'x')) && stream.WaitReady()) {
            }
            gone.Notify();
          });
        },
        limits);
    auto client = server.Connect();
    REQUIRE(client->SendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n").ok());
    CHECK(gone.WaitForNotificationWithTimeout(absl::Seconds(10)));
  }
  producer.join();
}

TEST_CASE("a producer is held back while its client is slow, and nothing is lost",
          "[integration][http]") {
  constexpr size_t kPieces = 200;
  std::atomic<size_t> most{0};
  std::thread producer;
  Limits limits;
  limits.stream_window = 64 * 1024;
  {
    TestServer server(
        [&](Request, Responder responder) {
          producer = std::thread([&most, responder = std::move(responder)]() mutable {
            ResponseStream stream = responder.Start(Text(200, ""));
            for (size_t i = 0; i < kPieces; ++i) {
              if (!stream.Write(std::string(50000, 'x')) || !stream.WaitReady()) return;
              most = i;
            }
            stream.Finish();
          });
        },
        limits);
    auto client = server.Connect();
    const auto response = client->Send(MakeRequest("GET", "/"));
    REQUIRE(response.ok());
    CHECK(response->body.size() == kPieces * 50000);
    producer.join();
  }
}

TEST_CASE("an aborted stream is seen as incomplete", "[integration][http]") {
  TestServer server([](Request, Responder responder) {
    ResponseStream stream = responder.Start(Text(200, ""));
    stream.Write("part");
    stream.Abort();
  });
  auto client = server.Connect();
  CHECK_FALSE(client->Send(MakeRequest("GET", "/")).ok());
}

TEST_CASE("a handler that forgets to answer, or throws, answers 500", "[integration][http]") {
  TestServer server([](Request request, Responder) {
    if (request.target == "/throw") throw std::runtime_error("handler");
  });
  CHECK(server.Connect()->Send(MakeRequest("GET", "/"))->status == 500);
  CHECK(server.Connect()->Send(MakeRequest("GET", "/throw"))->status == 500);
}

TEST_CASE("a body can be read while it arrives, in bounded memory", "[integration][http][stream]") {
  ServerCallbacks callbacks;
  callbacks.handle = Echo;
  callbacks.wants_stream = [](const Request& head) { return head.target == "/upload"; };
  std::vector<std::thread> readers;
  std::atomic<size_t> largest{0};
  callbacks.handle_stream = [&](Request, std::shared_ptr<RequestBody> body, Responder responder) {
    readers.emplace_back([&largest, body, responder = std::move(responder)]() mutable {
      size_t total = 0;
      for (;;) {
        const auto piece = body->Read();
        if (!piece.ok()) return;
        if (piece->empty()) break;
        largest = std::max(largest.load(), piece->size());
        total += piece->size();
      }
      responder.Send(Text(201, absl::StrCat(total)));
    });
  };
  {
    Limits limits;
    limits.body_bytes = 1000;  // does not count for streams
    TestServer server(callbacks, limits);
    auto client = server.Connect();
    const auto response = client->Send(MakeRequest("PUT", "/upload", std::string(3'000'000, 'x')));
    REQUIRE(response.ok());
    CHECK(response->body == "3000000");
    CHECK(largest <= 256 * 1024);
    CHECK(client->Send(MakeRequest("GET", "/again"))->body == "GET /again ");
  }
  for (std::thread& reader : readers) reader.join();
}

TEST_CASE("a stream's handler may answer before the body has come", "[integration][http][stream]") {
  ServerCallbacks callbacks;
  callbacks.handle = Echo;
  callbacks.wants_stream = [](const Request&) { return true; };
  callbacks.handle_stream = [](Request, std::shared_ptr<RequestBody>, Responder responder) {
    responder.Send(Text(403, "no"));
  };
  TestServer server(callbacks);
  auto client = server.Connect();
  REQUIRE(client->SendRaw("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc").ok());
  const auto response = client->Receive();
  REQUIRE(response.ok());
  CHECK(response->status == 403);
  CHECK(response->headers.Find("Connection") == "close");
}

TEST_CASE("a reader learns that its client went away", "[integration][http][stream]") {
  ServerCallbacks callbacks;
  callbacks.handle = Echo;
  callbacks.wants_stream = [](const Request&) { return true; };
  absl::Notification done;
  StatusOr<std::string> last;
  callbacks.handle_stream = [&](Request, std::shared_ptr<RequestBody> body, Responder responder) {
    auto kept = std::make_shared<Responder>(std::move(responder));
    body->ReadAsync([&, body, kept](StatusOr<std::string>) {
      body->ReadAsync([&, kept](StatusOr<std::string> piece) {
        last = std::move(piece);
        done.Notify();
      });
    });
  };
  TestServer server(callbacks);
  auto client = server.Connect();
  REQUIRE(client->SendRaw("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc").ok());
  client.reset();
  REQUIRE(done.WaitForNotificationWithTimeout(absl::Seconds(10)));
  CHECK(ReasonOf(last.status()) == "CLIENT_GONE");
}

TEST_CASE("a draining server finishes what runs and refuses what is new", "[integration][http]") {
  absl::Notification arrived;
  absl::Notification go;
  std::thread worker;
  auto server = std::make_unique<TestServer>([&](Request, Responder responder) {
    worker = std::thread([&, responder = std::move(responder)]() mutable {
      arrived.Notify();
      go.WaitForNotification();
      responder.Send(Text(200, "done"));
    });
  });
  auto busy = server->Connect();
  auto idle = server->Connect();
  REQUIRE(busy->SendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n").ok());
  arrived.WaitForNotification();
  std::thread stopper([&] { server->server().Shutdown(absl::Seconds(20)); });
  CHECK(idle->ReceiveRaw().value_or("failed") == "");
  ClientOptions options;
  options.address = server->address();
  CHECK_FALSE(Client::Connect(options).ok());
  go.Notify();
  const auto response = busy->Receive();
  REQUIRE(response.ok());
  CHECK(response->body == "done");
  CHECK(response->headers.Find("Connection") == "close");
  stopper.join();
  worker.join();
}

TEST_CASE("a drain ends although a request does not, and its late answer does no harm",
          "[integration][http]") {
  std::unique_ptr<Responder> kept;
  absl::Notification arrived;
  TestServer server([&](Request, Responder responder) {
    kept = std::make_unique<Responder>(std::move(responder));
    arrived.Notify();
  });
  auto client = server.Connect();
  REQUIRE(client->SendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n").ok());
  arrived.WaitForNotification();
  server.server().Shutdown(absl::Milliseconds(50));
  CHECK(client->ReceiveRaw().value_or("reset") != "anything");
  server.Stop();
  kept->Send(Text(200, "late"));
  kept.reset();
}

TEST_CASE("garbage is refused and the server lives on", "[integration][http]") {
  TestServer server;
  for (const std::string& garbage :
       {std::string("\x00\xff\x01\x80 nonsense\r\n\r\n", 18), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
        std::string(40000, 'A')}) {
    auto client = server.Connect();
    REQUIRE(client->SendRaw(garbage).ok());
    const auto all = client->ReceiveRaw();
    if (all.ok()) CHECK(all->substr(0, 10) == "HTTP/1.1 4");
  }
  CHECK(server.Connect()->Send(MakeRequest("GET", "/"))->status == 200);
}

TEST_CASE("beyond the connection limit clients wait until others leave", "[integration][http]") {
  Limits limits;
  limits.connections = 2;
  TestServer server(Echo, limits);
  auto first = server.Connect();
  auto second = server.Connect();
  const auto answer = second->Send(MakeRequest("GET", "/"));
  REQUIRE(answer.ok());
  CHECK(answer->headers.Find("Connection") == "close");  // makes room
  auto third = server.Connect();
  CHECK(third->Send(MakeRequest("GET", "/3"))->body == "GET /3 ");
}

TEST_CASE("a unix socket serves, replaces a stale file and removes its own",
          "[integration][http]") {
  const std::string path = absl::StrCat("unix:/tmp/tstack-http-test-", getpid());
  ServerOptions options;
  options.listeners.emplace_back("local", path);
  ServerCallbacks callbacks;
  callbacks.handle = [](Request request, Responder responder) {
    responder.Send(Text(200, request.listener + " " + request.remote_address));
  };
  {
    auto server = Server::Start(std::move(options), callbacks);
    REQUIRE(server.ok());
    CHECK((*server)->addresses().front() == path);
    CHECK(Fetch({.address = path}, "/")->body == "local unix");
    ServerOptions again;
    again.listeners.emplace_back("local", path);
    CHECK(ReasonOf(Server::Start(std::move(again), callbacks).status()) == "CANNOT_LISTEN");
  }
  CHECK(access(path.substr(5).c_str(), F_OK) != 0);
}

TEST_CASE("1000 requests of several threads are all answered rightly", "[integration][http]") {
  TestServer server;
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      ClientOptions options;
      options.address = server.address();
      auto client = Client::Connect(options);
      for (int i = 0; client.ok() && i < 250; ++i) {
        const std::string target = absl::StrCat("/", t, "/", i);
        const auto response = (*client)->Send(MakeRequest("POST", target, "x"));
        if (response.ok() && response->body == "POST " + target + " x") ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 1000);
}

TEST_CASE("impossible options are refused", "[unit][http]") {
  ServerCallbacks callbacks;
  callbacks.handle = Echo;
  for (const char* address : {"", "x", "127.0.0.1", "256.1.1.1:0", "unix:"}) {
    ServerOptions options;
    options.listeners.emplace_back("main", address);
    INFO(address);
    CHECK_FALSE(Server::Start(std::move(options), callbacks).ok());
  }
}

}  // namespace
}  // namespace tstack::http
