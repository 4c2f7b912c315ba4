// gRPC runs the callbacks of one call one after the other, on any of its threads. It orders them by
// means that ThreadSanitizer does not see, Debian's gRPC being uninstrumented: here we say what
// gRPC promises, so that races of our own need no suppression to stand out. Nothing in other
// builds.
#pragma once

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TSTACK_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif
#endif

namespace tstack::rpc {

// Before a call into gRPC that ends in a callback: what this thread did is visible there.
inline void HandOver([[maybe_unused]] const void* token) {
#ifdef TSTACK_THREAD_SANITIZER
  __tsan_release(const_cast<void*>(token));
#endif
}

// First in that callback.
inline void TakeOver([[maybe_unused]] const void* token) {
#ifdef TSTACK_THREAD_SANITIZER
  __tsan_acquire(const_cast<void*>(token));
#endif
}

}  // namespace tstack::rpc
