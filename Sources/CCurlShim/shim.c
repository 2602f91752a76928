#include "CCurlShim.h"

#include "library.h"

#include <fcntl.h>

// curl.h has macros of the same names for type checks, which would take the calls of members for theirs.
#undef curl_easy_setopt
#undef curl_easy_getinfo

CURL *ccurl_easy_init(void) {
    return ccurl_library.curl_easy_init();
}

void ccurl_easy_cleanup(CURL *handle) {
    ccurl_library.curl_easy_cleanup(handle);
}

CURLcode ccurl_easy_resume(CURL *handle) {
    return ccurl_library.curl_easy_pause(handle, CURLPAUSE_CONT);
}

CURLcode ccurl_setopt_long(CURL *handle, CURLoption option, long value) {
    return ccurl_library.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_setopt_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return ccurl_library.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return ccurl_library.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return ccurl_library.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return ccurl_library.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_setopt_bytes_callback(CURL *handle, CURLoption option, ccurl_bytes_callback value) {
    return ccurl_library.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_setopt_ready_callback(CURL *handle, ccurl_ready_callback value) {
    return ccurl_library.curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

static int close_on_exec(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)context;
    (void)purpose;
    return fcntl(socket, F_SETFD, FD_CLOEXEC) < 0 ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

CURLcode ccurl_setopt_close_on_exec(CURL *handle) {
    return ccurl_library.curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, close_on_exec);
}

CURLcode ccurl_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return ccurl_library.curl_easy_getinfo(handle, info, value);
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *line) {
    return ccurl_library.curl_slist_append(list, line);
}

void ccurl_slist_free_all(struct curl_slist *list) {
    ccurl_library.curl_slist_free_all(list);
}

CURLM *ccurl_multi_init(void) {
    return ccurl_library.curl_multi_init();
}

void ccurl_multi_cleanup(CURLM *multi) {
    ccurl_library.curl_multi_cleanup(multi);
}

CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *handle) {
    return ccurl_library.curl_multi_add_handle(multi, handle);
}

CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *handle) {
    return ccurl_library.curl_multi_remove_handle(multi, handle);
}

CURLMcode ccurl_multi_perform(CURLM *multi) {
    int running = 0;
    return ccurl_library.curl_multi_perform(multi, &running);
}

CURLMcode ccurl_multi_poll(CURLM *multi, int milliseconds) {
    return ccurl_library.curl_multi_poll(multi, NULL, 0, milliseconds, NULL);
}

CURLMcode ccurl_multi_wakeup(CURLM *multi) {
    return ccurl_library.curl_multi_wakeup(multi);
}

bool ccurl_multi_next_done(CURLM *multi, CURL **handle, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = ccurl_library.curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        // The message is libcurl's, and gone once the handle is removed: both are copied.
        *handle = message->easy_handle;
        *result = message->data.result;
        return true;
    }
    return false;
}

CURLU *ccurl_url(void) {
    return ccurl_library.curl_url();
}

void ccurl_url_cleanup(CURLU *url) {
    ccurl_library.curl_url_cleanup(url);
}

CURLUcode ccurl_url_set(CURLU *url, CURLUPart part, const char *text, unsigned int flags) {
    return ccurl_library.curl_url_set(url, part, text, flags);
}

CURLUcode ccurl_url_get(CURLU *url, CURLUPart part, char **text, unsigned int flags) {
    return ccurl_library.curl_url_get(url, part, text, flags);
}

void ccurl_free(void *memory) {
    ccurl_library.curl_free(memory);
}

time_t ccurl_getdate(const char *text) {
    // Dates are read without a request before them, too.
    if (ccurl_prepare() != CURLE_OK) return -1;
    return ccurl_library.curl_getdate(text, NULL);
}
