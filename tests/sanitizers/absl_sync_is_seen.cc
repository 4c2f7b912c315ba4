// The other side of the planted races: what Abseil's locks, conditions and notifications order is
// not reported. Ends with another code than 0 if it is.
#include <iostream>
#include <thread>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace tstack::sanitizers {
namespace {

constexpr int kTurns = 200;

// Two threads take turns, each waiting in another way.
struct Game {
  absl::Mutex mutex;
  absl::CondVar changed;
  int turn = 0;
  int peeks = 0;

  bool Even() const { return turn % 2 == 0; }
  bool Odd() const { return turn % 2 == 1; }

  void TakeTurn() {
    ++turn;
    changed.SignalAll();
  }

  void PlayEven() {
    for (int i = 0; i < kTurns; ++i) {
      absl::MutexLock lock(&mutex);
      if (i % 2 == 0) {
        mutex.Await(absl::Condition(this, &Game::Even));
      } else {
        while (!Even()) changed.WaitWithTimeout(&mutex, absl::Milliseconds(50));
      }
      TakeTurn();
    }
  }

  void PlayOdd() {
    for (int i = 0; i < kTurns; ++i) {
      mutex.LockWhen(absl::Condition(this, &Game::Odd));
      TakeTurn();
      mutex.Unlock();
    }
  }

  void Peek() {
    for (int i = 0; i < kTurns; ++i) {
      absl::ReaderMutexLock lock(&mutex);
      if (turn > 2 * kTurns) ++peeks;
    }
  }
};

int PlayGame() {
  Game game;
  std::thread even([&] { game.PlayEven(); });
  std::thread odd([&] { game.PlayOdd(); });
  std::thread peek([&] { game.Peek(); });
  even.join();
  odd.join();
  peek.join();
  return game.turn;
}

// A result handed over by a notification, taken before and after it was given.
int HandOver() {
  int sum = 0;
  for (int i = 0; i < kTurns; ++i) {
    int result = 0;
    absl::Notification given;
    std::thread giver([&] {
      result = 1;
      given.Notify();
    });
    if (i % 2 == 0 || !given.WaitForNotificationWithTimeout(absl::Seconds(60)))
      given.WaitForNotification();
    sum += result;
    giver.join();
  }
  return sum;
}

}  // namespace
}  // namespace tstack::sanitizers

int main() {
  std::cout << tstack::sanitizers::PlayGame() << " " << tstack::sanitizers::HandOver() << "\n";
  return 0;
}
