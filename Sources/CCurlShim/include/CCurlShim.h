#ifndef MAGNUS_CCURLSHIM_H
#define MAGNUS_CCURLSHIM_H

#include <curl/curl.h>
#include <stdbool.h>
#include <time.h>

// The functions of libcurl that Magnus uses. The library is loaded by the first of them that is needed and not when the program
// starts: it brings some thirty others along, and most commands need no network. Nothing else may call libcurl, and no linker
// flag names it.
//
// curl_easy_setopt and its kin take a variable argument list, which Swift cannot call: one entry for each type of argument.

// Loads and prepares libcurl, once in a process, from any thread. Every other function needs this to have succeeded, but for
// ccurl_getdate, which does it itself.
CURLcode ccurl_prepare(void);

typedef size_t (*ccurl_bytes_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_ready_callback)(
    void *context, char *remote_ip, char *local_ip, int remote_port, int local_port);

// Transfers.

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *handle);
CURLcode ccurl_easy_resume(CURL *handle);

CURLcode ccurl_setopt_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_setopt_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_setopt_string(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_setopt_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value);
CURLcode ccurl_setopt_bytes_callback(CURL *handle, CURLoption option, ccurl_bytes_callback value);

// Called when the connection stands and the request is about to be sent.
CURLcode ccurl_setopt_ready_callback(CURL *handle, ccurl_ready_callback value);

// Sockets are closed in programs that are started: a child must not keep a connection open, nor read from it.
CURLcode ccurl_setopt_close_on_exec(CURL *handle);

CURLcode ccurl_getinfo_long(CURL *handle, CURLINFO info, long *value);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line);
void ccurl_slist_free_all(struct curl_slist *list);

// Many transfers on one thread.

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_perform(CURLM *multi);
CURLMcode ccurl_multi_poll(CURLM *multi, int milliseconds);

// The only one of these that may be called from another thread.
CURLMcode ccurl_multi_wakeup(CURLM *multi);

// Takes the next transfer that has ended; false where there is none.
bool ccurl_multi_next_done(CURLM *multi, CURL **handle, CURLcode *result);

// Addresses and dates.

CURLU *ccurl_url(void);
void ccurl_url_cleanup(CURLU *url);
CURLUcode ccurl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags);
CURLUcode ccurl_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags);
void ccurl_free(void *memory);

// Seconds since 1970 of an HTTP date in any of its forms; -1 where the text is none.
time_t ccurl_getdate(const char *text);

#endif
