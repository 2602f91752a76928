#define _GNU_SOURCE

#include "library.h"

#include "CCurlShim.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>

struct ccurl_library ccurl_library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static CURLcode outcome = CURLE_FAILED_INIT;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
#define CCURL_LOOK_UP(name)                                                                                                    \
    ccurl_library.name = (__typeof__(&name))dlsym(library, #name);                                                             \
    if (!ccurl_library.name) return;
    CCURL_FUNCTIONS(CCURL_LOOK_UP)
#undef CCURL_LOOK_UP
    // OpenSSL frees everything in a handler of exit(), while the network thread may be in the middle of it: a crash at the
    // end of a program that succeeded. Its first initialisation decides whether that handler is set up, so this comes before
    // libcurl's. OpenSSL is found through libcurl, which brings it along; built with another TLS library, there is nothing
    // to find and nothing to do.
    const uint64_t no_exit_handler = 0x00080000; // OPENSSL_INIT_NO_ATEXIT
    int (*initialise)(uint64_t, const void *) = (int (*)(uint64_t, const void *))dlsym(library, "OPENSSL_init_crypto");
    if (initialise) initialise(no_exit_handler, NULL);
    // Never undone: a name lookup that was given up may still be running in a thread of libcurl's.
    outcome = ccurl_library.curl_global_init(CURL_GLOBAL_DEFAULT);
}

CURLcode ccurl_prepare(void) {
    pthread_once(&once, load);
    return outcome;
}
