#ifndef MAGNUS_CCURLSHIM_LIBRARY_H
#define MAGNUS_CCURLSHIM_LIBRARY_H

#include <curl/curl.h>

// Every function that is looked up in the library.
#define CCURL_FUNCTIONS(FUNCTION)                                                                                              \
    FUNCTION(curl_global_init)                                                                                                 \
    FUNCTION(curl_easy_init)                                                                                                   \
    FUNCTION(curl_easy_cleanup)                                                                                                \
    FUNCTION(curl_easy_pause)                                                                                                  \
    FUNCTION(curl_easy_setopt)                                                                                                 \
    FUNCTION(curl_easy_getinfo)                                                                                                \
    FUNCTION(curl_slist_append)                                                                                                \
    FUNCTION(curl_slist_free_all)                                                                                              \
    FUNCTION(curl_multi_init)                                                                                                  \
    FUNCTION(curl_multi_cleanup)                                                                                               \
    FUNCTION(curl_multi_add_handle)                                                                                            \
    FUNCTION(curl_multi_remove_handle)                                                                                         \
    FUNCTION(curl_multi_perform)                                                                                               \
    FUNCTION(curl_multi_poll)                                                                                                  \
    FUNCTION(curl_multi_wakeup)                                                                                                \
    FUNCTION(curl_multi_info_read)                                                                                             \
    FUNCTION(curl_url)                                                                                                         \
    FUNCTION(curl_url_cleanup)                                                                                                 \
    FUNCTION(curl_url_set)                                                                                                     \
    FUNCTION(curl_url_get)                                                                                                     \
    FUNCTION(curl_free)                                                                                                        \
    FUNCTION(curl_getdate)

// Their addresses, by name. Written once, by ccurl_prepare, before it first returns.
#define CCURL_MEMBER(name) __typeof__(&name) name;
struct ccurl_library {
    CCURL_FUNCTIONS(CCURL_MEMBER)
};
#undef CCURL_MEMBER

extern struct ccurl_library ccurl_library;

#endif
