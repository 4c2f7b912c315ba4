#include "services/api-gateway/gateway_metrics.h"

#include "common/metrics/golden.h"
#include "common/rpc/make_channel.h"
#include "common/rpc/testing/certificates.h"
#include "common/trace/trace.h"
#include "services/api-gateway/testing/test_gateway.h"

namespace tstack::gateway {

TEST_CASE("the names of the gateway's metrics are those of the golden file",
          "[integration][gateway][metrics]") {
  TestGateway gateway;
  // What the test's gateway has fakes for: a channel and a tracer.
  const trace::Tracer tracer({}, RealIds(), RealClock(), gateway.metrics);
  rpc::TestCertificates certificates;
  const auto channel = rpc::MakeChannel({"identity",
                                         {certificates.Socket("nobody")},
                                         certificates.For("api-gateway"),
                                         "api-gateway@test-host"},
                                        {gateway.metrics});
  REQUIRE(channel.ok());
  CHECK(metrics::DiffWithGolden(gateway.metrics,
                                TSTACK_SOURCE_DIR "/services/api-gateway/metrics.golden") == "");
}

}  // namespace tstack::gateway
