#include "common/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <set>
#include <sstream>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"

namespace tstack::metrics {
namespace {

[[noreturn]] void Die(const std::string& message) {
  fprintf(stderr, "metrics: %s\n", message.c_str());
  std::abort();
}

class CounterCell final : public Counter {
 public:
  explicit CounterCell(prometheus::Counter& cell) : cell_(cell) {}
  void Add(double amount) override { cell_.Increment(amount); }
  double Value() const override { return cell_.Value(); }

 private:
  prometheus::Counter& cell_;
};

class GaugeCell final : public Gauge {
 public:
  explicit GaugeCell(prometheus::Gauge& cell) : cell_(cell) {}
  void Set(double value) override { cell_.Set(value); }
  void Add(double amount) override { cell_.Increment(amount); }
  double Value() const override { return cell_.Value(); }

 private:
  prometheus::Gauge& cell_;
};

class HistogramCell final : public Histogram {
 public:
  explicit HistogramCell(prometheus::Histogram& cell) : cell_(cell) {}
  void Observe(double value) override { cell_.Observe(value); }
  uint64_t Count() const override { return cell_.Collect().histogram.sample_count; }
  double Sum() const override { return cell_.Collect().histogram.sample_sum; }

 private:
  prometheus::Histogram& cell_;
};

// What families of all kinds share: the names of their labels and the values that are known.
class LabelSet {
 public:
  explicit LabelSet(const Labels& labels) {
    for (const Label& label : labels) names_.push_back(label.name);
    known_.resize(names_.size());
    Allow(labels);
  }

  // A second owner of the same metric may know further values.
  void Allow(const Labels& labels) {
    for (size_t i = 0; i < labels.size(); ++i) {
      known_[i].insert(labels[i].values.begin(), labels[i].values.end());
    }
  }

  bool SameNames(const Labels& labels) const {
    return std::equal(
        names_.begin(), names_.end(), labels.begin(), labels.end(),
        [](const std::string& name, const Label& label) { return name == label.name; });
  }

  bool Knows(const std::vector<std::string>& values) const {
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!known_[i].contains(values[i])) return false;
    }
    return true;
  }

  prometheus::Labels Resolve(const std::vector<std::string>& values) const {
    prometheus::Labels labels;
    for (size_t i = 0; i < names_.size(); ++i) {
      labels[names_[i]] = known_[i].contains(values[i]) ? values[i] : "other";
    }
    return labels;
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::set<std::string>> known_;
};

// One name; `make` turns resolved labels into a cell of prometheus-cpp.
template <typename Cell>
class NamedFamily final : public Family<Cell> {
 public:
  using Make = std::function<std::unique_ptr<Cell>(const prometheus::Labels&)>;
  NamedFamily(std::string name, const Labels& labels, Make make)
      : name_(std::move(name)), labels_(labels), make_(std::move(make)) {
    if (labels.empty()) this->With({});  // shown as 0 from the start
  }

  Cell& With(Values values) override {
    thread_local std::string joined;
    joined.clear();
    for (const std::string_view value : values) joined.append(value).push_back(kSeparator);
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (auto it = found_.find(joined); it != found_.end()) return *it->second;
    }
    return Resolve(values, joined);
  }

  void Join(const Labels& labels) {
    absl::MutexLock lock(&mutex_);
    if (!labels_.SameNames(labels)) Die(absl::StrCat(name_, " is added again with other labels"));
    labels_.Allow(labels);
  }

  std::string LabelNames() const {
    absl::MutexLock lock(&mutex_);
    return absl::StrJoin(labels_.names(), ",");
  }

 private:
  static constexpr char kSeparator = '\x1f';  // in no label's value

  Cell& Resolve(Values values, const std::string& joined) {
    const std::vector<std::string> key(values.begin(), values.end());
    absl::MutexLock lock(&mutex_);
    if (key.size() != labels_.names().size()) {
      Die(absl::StrCat(name_, " has the labels (", absl::StrJoin(labels_.names(), ","), ")"));
    }
    const prometheus::Labels resolved = labels_.Resolve(key);
    auto it = cells_.find(resolved);
    if (it == cells_.end()) it = cells_.emplace(resolved, make_(resolved)).first;
    // Only what is known: a stranger's values must not fill the memory.
    if (labels_.Knows(key)) found_[joined] = it->second.get();
    return *it->second;
  }

  const std::string name_;
  mutable absl::Mutex mutex_;
  LabelSet labels_ ABSL_GUARDED_BY(mutex_);
  const Make make_;
  std::map<prometheus::Labels, std::unique_ptr<Cell>> cells_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Cell*> found_ ABSL_GUARDED_BY(mutex_);  // by joined values
};

template <typename Cell>
using Families = std::map<std::string, std::unique_ptr<NamedFamily<Cell>>, std::less<>>;

// The family of this name: the one that exists, joined, or a new one.
template <typename Cell>
Family<Cell>& FindOrAdd(Families<Cell>& families, std::string_view name, const Labels& labels,
                        typename NamedFamily<Cell>::Make make) {
  auto it = families.find(name);
  if (it != families.end()) {
    it->second->Join(labels);
    return *it->second;
  }
  auto family = std::make_unique<NamedFamily<Cell>>(std::string(name), labels, std::move(make));
  return *families.emplace(std::string(name), std::move(family)).first->second;
}

template <typename Cell>
void AppendNames(const Families<Cell>& families, const char* kind, std::vector<std::string>& out) {
  for (const auto& [name, family] : families) {
    const std::string labels = family->LabelNames();
    out.push_back(absl::StrCat(name, " ", kind, labels.empty() ? "" : " ", labels));
  }
}

}  // namespace

struct Registry::State {
  prometheus::Registry registry;
  mutable absl::Mutex mutex;
  Families<Counter> counters ABSL_GUARDED_BY(mutex);
  Families<Gauge> gauges ABSL_GUARDED_BY(mutex);
  Families<Histogram> histograms ABSL_GUARDED_BY(mutex);

  // Dies if the name belongs to another kind.
  void CheckKind(std::string_view name, bool other_kind) {
    if (other_kind) Die(absl::StrCat(std::string(name), " is added again as another kind"));
  }
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Family<Counter>& Registry::Counters(std::string_view name, std::string_view help, Labels labels) {
  absl::MutexLock lock(&state_->mutex);
  state_->CheckKind(name, state_->gauges.contains(name) || state_->histograms.contains(name));
  return FindOrAdd<Counter>(
      state_->counters, name, labels,
      [this, name = std::string(name),
       help = std::string(help)](const prometheus::Labels& resolved) {
        auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(state_->registry);
        return std::make_unique<CounterCell>(family.Add(resolved));
      });
}

Family<Gauge>& Registry::Gauges(std::string_view name, std::string_view help, Labels labels) {
  absl::MutexLock lock(&state_->mutex);
  state_->CheckKind(name, state_->counters.contains(name) || state_->histograms.contains(name));
  return FindOrAdd<Gauge>(
      state_->gauges, name, labels,
      [this, name = std::string(name),
       help = std::string(help)](const prometheus::Labels& resolved) {
        auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(state_->registry);
        return std::make_unique<GaugeCell>(family.Add(resolved));
      });
}

Family<Histogram>& Registry::Histograms(std::string_view name, std::string_view help, Labels labels,
                                        const std::vector<double>& buckets) {
  absl::MutexLock lock(&state_->mutex);
  state_->CheckKind(name, state_->counters.contains(name) || state_->gauges.contains(name));
  return FindOrAdd<Histogram>(
      state_->histograms, name, labels,
      [this, name = std::string(name), help = std::string(help),
       buckets](const prometheus::Labels& resolved) {
        auto& family =
            prometheus::BuildHistogram().Name(name).Help(help).Register(state_->registry);
        return std::make_unique<HistogramCell>(family.Add(resolved, buckets));
      });
}

std::string Registry::Text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, state_->registry.Collect());
  return out.str();
}

std::vector<std::string> Registry::Names() const {
  std::vector<std::string> names;
  absl::MutexLock lock(&state_->mutex);
  AppendNames(state_->counters, "counter", names);
  AppendNames(state_->gauges, "gauge", names);
  AppendNames(state_->histograms, "histogram", names);
  std::sort(names.begin(), names.end());
  return names;
}

const std::vector<double>& LatencyBuckets() {
  static const std::vector<double>& buckets =
      *new std::vector<double>{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                               0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
  return buckets;
}

}  // namespace tstack::metrics
