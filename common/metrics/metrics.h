// Numbers that operators watch. Names: tstack_<service>_<noun>_<unit>[_total]; seconds and bytes;
// labels from closed sets, never ids. prometheus-cpp is behind metrics.cc and nowhere else.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tstack::metrics {

// A label and every value it may take; any other value is counted as "other".
struct Label {
  std::string name;
  std::vector<std::string> values;
};
using Labels = std::vector<Label>;
// One value per label of the family, in its order.
using Values = std::initializer_list<std::string_view>;

class Counter {
 public:
  virtual ~Counter() = default;
  virtual void Add(double amount = 1) = 0;
  virtual double Value() const = 0;
};

class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void Set(double value) = 0;
  virtual void Add(double amount) = 0;
  virtual double Value() const = 0;
};

class Histogram {
 public:
  virtual ~Histogram() = default;
  virtual void Observe(double value) = 0;
  virtual uint64_t Count() const = 0;
  virtual double Sum() const = 0;
};

// All cells of one name. With() is a hash look-up: keep the reference where a path is hot. Cells
// live as long as the registry.
template <typename Cell>
class Family {
 public:
  virtual ~Family() = default;
  virtual Cell& With(Values values) = 0;
};

// 100 µs … 10 s: latencies of requests, rpcs and statements.
const std::vector<double>& LatencyBuckets();

// The metrics of one process (or of one test). Thread-safe. Adding a name again with the same
// labels returns the same family; with other labels or as another kind it dies (a programming
// error).
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  Family<Counter>& Counters(std::string_view name, std::string_view help, Labels labels);
  Family<Gauge>& Gauges(std::string_view name, std::string_view help, Labels labels);
  Family<Histogram>& Histograms(std::string_view name, std::string_view help, Labels labels,
                                const std::vector<double>& buckets = LatencyBuckets());
  Counter& AddCounter(std::string_view name, std::string_view help) {
    return Counters(name, help, {}).With({});
  }
  Gauge& AddGauge(std::string_view name, std::string_view help) {
    return Gauges(name, help, {}).With({});
  }
  Histogram& AddHistogram(std::string_view name, std::string_view help,
                          const std::vector<double>& buckets = LatencyBuckets()) {
    return Histograms(name, help, {}, buckets).With({});
  }

  // Prometheus text exposition format 0.0.4.
  std::string Text() const;
  // "name kind label,label" of every family, sorted: what golden files hold.
  std::vector<std::string> Names() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tstack::metrics
